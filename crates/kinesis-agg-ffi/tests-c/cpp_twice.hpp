// Two files of one program use the header: what it defines, it defines inline.

#ifndef CPP_TWICE_HPP
#define CPP_TWICE_HPP

bool another_file_uses_the_header();

#endif  // CPP_TWICE_HPP

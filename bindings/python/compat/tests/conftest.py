"""The tests are of the distributions that are installed, and say so."""

import aws_kinesis_agg
import kinesis_agg

for package in (aws_kinesis_agg, kinesis_agg):
    assert "site-packages" in str(package.__file__), "the installed package is to be tested"

#!/usr/bin/env bash
# A VCF from standard input to standard output, its header without dates and temporary folders: identical runs give
# identical files. What a program did, and its version, stays.
LC_ALL=C exec sed -E '/^##/ {
    s/; Date=[^;]*$//
    s/,Date="[^"]*"//
    /^##VEP=/ s/ time="[^"]*"//
    s#[^ "=,]*/tmp\.[A-Za-z0-9]{10}/##g
}'

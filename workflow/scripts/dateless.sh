#!/usr/bin/env bash
# A VCF from standard input to standard output, its header without dates, temporary folders and the place of the run's
# folder, in which it is called: identical runs give identical files. What a program did, and its version, stays.
here=$(printf %s "$PWD/" | sed 's/[][\\.*^$#+?(){}|]/\\&/g')
LC_ALL=C exec sed -E "/^##/ {
    s/; Date=[^;]*\$//
    s/,Date=\"[^\"]*\"//
    /^##VEP=/ s/ time=\"[^\"]*\"//
    s#[^ \"=,]*/tmp\.[A-Za-z0-9]{10}/##g
    s#$here##g
}"

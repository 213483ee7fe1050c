"""A catalogue of bad inputs: what each reader says, whole, through the commands; exit status 2 and nothing written.

A sentence of file, line, value and remedy for each thing wrong, all of them at once. A changed sentence is changed here
on purpose, too. `test_messages.py` holds those that are not said by a command of its own.
"""

# ruff: noqa: E501
from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from biomarkers.cli.app import run
from small_inputs import (
    AS,
    CH,
    COHORT,
    COLUMNS,
    EN,
    FA,
    HEAD,
    IM,
    MAFH,
    MAFR,
    PATIENTS,
    PD,
    PDH,
    PLAN,
    SAM,
    VCF,
    B,
    C,
    G,
    M,
    S,
    V,
)

TERRITORY = "c.yaml: reference.{} is missing; expected a path, to know what the burden is divided by (or reference.assumed_bp, for samples that are VCFs or stand in a MAF)"


def case(words, said, **files):
    """A command line, what it says, and its files by name with `__` for the dot."""
    return words, said, {name.replace("__", "."): text for name, text in files.items()}


CASES = [
    # VCF
    case(V.format("T"), ['a.vcf: file is missing; expected a file at this path']),
    case(V.format("T"), ['a.vcf: file has no header of a VCF; expected a VCF or BCF: its first line is ##fileformat=VCFv4.x'], a__vcf=""),
    case(V.format("T"), ['a.vcf: file has no header of a VCF; expected a VCF or BCF: its first line is ##fileformat=VCFv4.x'], a__vcf="hello\n"),
    case(V.format("T"), ['a.vcf: header cannot be read (Could not parse the header, sample line not found); expected lines as the VCF specification says'], a__vcf=HEAD),
    case(V.format("T"), ["a.vcf: first record cannot be read (Could not parse the position 'x'); expected records as the VCF specification says (was the file cut?)"], a__vcf=VCF.replace("\t100\t.", "\tx\t.")),
    case(V.format("T"), ["a.vcf: first record cannot be read (Could not parse the position '-5'); expected records as the VCF specification says (was the file cut?)"], a__vcf=VCF.replace("\t100\t.", "\t-5\t.")),
    case(V.format("T"), ["a.vcf:chr1:100: REF is 'A!'; expected bases A, C, G, T, N or an IUPAC code"], a__vcf=VCF.replace("\tA\tC\t", "\tA!\tC\t")),
    case(V.format("T"), ['a.vcf:11: first record has 2 columns; expected 10 columns as in the #CHROM line (was the file cut?)'], a__vcf=HEAD+COLUMNS+"chr1\t100\n"),
    case(V.format("T"), ["a.vcf: first record cannot be read (Invalid character 'x' in 'AD' FORMAT field at chr1:100); expected records as the VCF specification says (was the file cut?)"], a__vcf=VCF.replace("60,40", "60,x")),
    case(V.format("T"), ['a.vcf: FORMAT tells no read depth in all 1 records; expected FORMAT fields DP or AD (or tumor_depth, alt_reads and vaf 0 in burden, to do without)'], a__vcf=VCF.replace("GT:AD:DP","GT").replace("0/1:60,40:100","0/1")),
    case(V.format("T"), ['a.vcf: header cannot be read (Reading GZIP stream failed at offset 0); expected lines as the VCF specification says'], a__vcf=gzip.compress(VCF.encode(),mtime=0)[:-12]),
    case(V.format("T"), ['a.vcf: file has no header of a VCF; expected a VCF or BCF: its first line is ##fileformat=VCFv4.x'], a__vcf=gzip.compress(VCF.encode(),mtime=0)[:60]+b"xxxxxxxxxxxxxx"+gzip.compress(VCF.encode(),mtime=0)[74:]),
    case(V.format("T"), ['a.vcf: INFO/CSQ, BCSQ or ANN is missing; expected an annotation by bcftools csq --local-csq (BCSQ), VEP (--vcf --symbol --hgvs --canonical --mane; CSQ) or snpEff (ANN)'], a__vcf=VCF.replace("BCSQ","XX")),
    case(V.format("T")+" --somatic SS=2", ['a.vcf: --somatic is \'SS=2\'; expected an expression of bcftools, which says: Error: the tag "SS" is not defined in the VCF header'], a__vcf=VCF),
    case("variants --vcf a.vcf --tumor-sample T --normal-sample T --variants o.tsv", ["a.vcf: --normal-sample is 'T'; expected another column than the tumor's"], a__vcf=VCF),
    case(V.format("T")+" --vaf 5", ["command line: --vaf is '5.0'; expected a number from 0 to 1"], a__vcf=VCF),
    case(V.format("T")+" --definition merino", ["command line: --definition is 'merino'; expected one of merino_wes, nonsynonymous, all_coding, missense_only, custom (did you mean 'merino_wes'?)"], a__vcf=VCF),
    case(V.format("T").replace("o.tsv","o.csv"), ["command line: --variants is 'o.csv'; expected a name for a table, which ends in .tsv.gz or .tsv or .txt or .txt.gz"], a__vcf=VCF),
    case(V.format("T").replace("o.tsv","a.vcf"), ["command line: --variants is 'a.vcf'; expected a name for a table, which ends in .tsv.gz or .tsv or .txt or .txt.gz", "command line: --variants is 'a.vcf'; expected another file than those that are read"], a__vcf=VCF),
    # MAF
    case(M, ['a.maf: file is missing; expected a file at this path']),
    case(M, ['a.maf: file is empty; expected a MAF with a header line (Hugo_Symbol, ...)'], a__maf=""),
    case(M, ['a.maf: file has no rows; expected at least one mutation, or the sequenced samples in --samples'], a__maf=MAFH),
    case(M, ["a.maf:1: Variant_Classification is missing; expected this column in the header of a MAF, separated by tabs (did you mean 'variant_class'?)"], a__maf=MAFH.replace("Variant_Classification","Variant_Class")+MAFR),
    case(M, ["a.maf:2: Start_Position is 'x'; expected a whole number of at least 1"], a__maf=MAFH+MAFR.replace("\t1000\t","\tx\t")),
    case(M, ["a.maf: Variant_Classification is 'Mis_sense'; expected classes such as Missense_Mutation"], a__maf=MAFH+MAFR.replace("Missense_Mutation","Mis_sense")),
    case(M, ['a.maf: t_alt_count is missing, or above t_depth, in every row of 1 of 1 samples, such as P1; expected read counts (t_depth, t_ref_count), or --tumor-depth 0 --alt-reads 0 --vaf 0 to do without'], a__maf=MAFH+MAFR.replace("\t30\n","\t300\n")),
    case(M, ["a.maf:2: t_alt_count is '-3'; expected a whole number of reads"], a__maf=MAFH+MAFR.replace("\t30\n","\t-3\n")),
    case(M, ['a.maf:2: Tumor_Sample_Barcode is missing; expected a sample'], a__maf=MAFH+MAFR.replace("\tP1\t","\t\t")),
    case(M, ["a.maf:2: Tumor_Sample_Barcode is 'P1 $(rm)'; expected letters, digits, '.', '_' and '-' only, beginning with a letter or digit (or another name as its patient in the table of --samples)"], a__maf=MAFH+MAFR.replace("\tP1\t","\tP1 $(rm)\t")),
    case(M, ["a.maf: Tumor_Seq_Allele2 is the reference's in most rows; expected an allele that differs"], a__maf=MAFH+MAFR.replace("\tA\tC\t","\tA\tA\t")),
    case(M, ["a.maf:2: tumor_seq_allele2 is 'Z'; expected bases A, C, G, T, N (or IUPAC's letter for several), or - for none"], a__maf=MAFH+MAFR.replace("\tA\tC\t","\tA\tZ\t")),
    case(M, ["a.maf: Variant_Classification is 'Missense_Mut'; expected classes such as Missense_Mutation (did you mean 'missense_mutation'?)"], a__maf=MAFH+MAFR[:20]+"\n"),
    # clinical
    case(EN.format(""), ['patients.tsv: file is missing; expected a file at this path']),
    case(EN.format(""), ['patients.tsv: file has no rows; expected at least one patient', 'patients.tsv:1: treatment_start is missing; expected a column of that name (or start_day, or ready-made endpoints: best_response, pfs_months, os_months)'], patients__tsv="patient\n"),
    case(EN.format(""), ["patients.tsv:2: treatment_start is '2024-13-01'; expected a date such as 2024-03-31", "patients.tsv:3: treatment_start is '01/02/2024'; expected a date such as 2024-03-31", "patients.tsv:4: treatment_start is '45000'; expected a date such as 2024-03-31"], patients__tsv="patient\ttreatment_start\nP1\t2024-13-01\nP2\t01/02/2024\nP3\t45000\n"),
    case(EN.format(""), ["patients.tsv:2: death_date is '2024-01-01'; expected a day not before treatment_start, 2024-01-10"], patients__tsv="patient\ttreatment_start\tdeath_date\tlast_alive_date\nP1\t2024-01-10\t2024-01-01\t2024-02-01\n"),
    case(EN.format(""), ["patients.tsv:2: best_response is 'Good'; expected one of CR, PR, SD, NON-CR/NON-PD, PD, NE, MISSING", "patients.tsv:2: pfs_months is '-3'; expected a number of at least 0", "patients.tsv:2: pfs_event is '2'; expected one of 0, 1"], patients__tsv="patient\tbest_response\tpfs_months\tpfs_event\nP1\tGood\t-3\t2\n"),
    case(EN.format(""), ['patients.tsv:2: row has 3 cells; expected 4 cells as in the header'], patients__tsv="patient\tbest_response\tpfs_months\tpfs_event\nP1\tPR\t3\n"),
    case(EN.format(""), ["patients.tsv:2: patient is '../P1'; expected letters, digits, '.', '_' and '-' only, beginning with a letter or digit", "patients.tsv:3: patient is '-rf'; expected letters, digits, '.', '_' and '-' only, beginning with a letter or digit", "patients.tsv:4: patient is 'P\\u202e1'; expected letters, digits, '.', '_' and '-' only, beginning with a letter or digit", "patients.tsv:5: patient is '$(x)'; expected letters, digits, '.', '_' and '-' only, beginning with a letter or digit"], patients__tsv="patient\ttreatment_start\n../P1\t2024-01-01\n-rf\t2024-01-01\nP\u202e1\t2024-01-01\n$(x)\t2024-01-01\n"),
    case(EN.format("--assessments a.tsv"), ["a.tsv:3: date is '2024-02-30'; expected a date such as 2024-03-31", "a.tsv:4: response is 'progress'; expected one of CR, PR, SD, NON-CR/NON-PD, PD, NE (did you mean 'PD'?)", "a.tsv:2: patient is 'P9'; expected a patient of patients.tsv"], patients__tsv=PATIENTS, a__tsv="patient\tdate\tresponse\nP9\t2024-02-01\tPR\nP1\t2024-02-30\tPR\nP1\t2024-03-01\tprogress\n"),
    case(EN.format("--assessments a.tsv"), ['a.tsv:1: date is missing; expected a column of that name'], patients__tsv=PATIENTS, a__tsv="patient\tdatum\tresponse\nP1\t2024-02-01\tPR\n"),
    case(EN.format("--lesions l.tsv"), ["l.tsv:3: role is 'targe'; expected one of target, non_target, new (did you mean 'target'?)", "l.tsv:2: diameter_mm is '-3'; expected a number of at least 0", "l.tsv:4: status is 'good'; expected one of CR, NON-CR/NON-PD, PD, NE", "l.tsv:2: lesion is 'L1'; expected a diameter_mm of this target lesion at baseline (on or before treatment_start)"], patients__tsv=PATIENTS, l__tsv="patient\tdate\tlesion\trole\tsite\tnodal\tdiameter_mm\tstatus\nP1\t2024-01-01\tL1\ttarget\tlung\t0\t-3\t\nP1\t2024-01-01\tL2\ttarge\tlung\t0\t30\t\nP1\t2024-01-01\tL3\tnon_target\tlung\t0\t\tgood\n"),
    case(EN.format("--adverse-events a.tsv"), ["a.tsv:2: end is '2024-01-01'; expected a day not before onset, 2024-01-05", "a.tsv:2: grade is '6'; expected a CTCAE grade from 1 to 5, such as 3, G3, Grade 3 or severe"], patients__tsv=PATIENTS, a__tsv="patient\tterm\tsoc\tgrade\tonset\tend\trelated\tserious\taction\nP1\trash\tskin\t6\t2024-01-05\t2024-01-01\tyes\tno\tnone\n"),
    case("cohort --patients patients.tsv --features f.tsv --cohort c.tsv --flow f2.tsv", ["f.tsv:3: patient is 'P1'; expected each patient once (first in line 2)"], patients__tsv=PATIENTS, f__tsv="patient\tscore\nP1\t1\nP1\t2\n"),
    case("cohort --patients patients.tsv --tmb t.tsv --cohort c.tsv --flow f2.tsv", ['t.tsv:1: definition is missing; expected a column of that name', 't.tsv:1: status is missing; expected a column of that name', 't.tsv:1: tmb_per_mb is missing; expected a column of that name'], patients__tsv=PATIENTS, t__tsv="patient\tsample\nP1\tT1\n"),
    # PD-L1
    case(PD, ['p.tsv: file is missing; expected a file at this path'], patients__tsv=PATIENTS),
    case(PD, ["p.tsv:2: score_type is 'TSP'; expected one of TPS, CPS, IC, TC, TAP"], patients__tsv=PATIENTS, p__tsv=PDH+"P1\tS1\t2023-12-01\t22C3\tTSP\t50\n"),
    case(PD, ["p.tsv:2: value is '150'; expected TPS from 0 to 100", "p.tsv:3: value is 'fifty'; expected a number, an interval such as <1, 1-49 or >=50, or NE", "p.tsv:4: value is '-1'; expected a number, an interval such as <1, 1-49 or >=50, or NE"], patients__tsv=PATIENTS, p__tsv=PDH+"P1\tS1\t2023-12-01\t22C3\tTPS\t150\nP1\tS2\t2023-12-01\t22C3\tTPS\tfifty\nP1\tS3\t2023-12-01\t22C3\tTPS\t-1\n"),
    case(PD, ["p.tsv:2: value is '10-5'; expected an interval whose low end comes first, such as 1-49"], patients__tsv=PATIENTS, p__tsv=PDH+"P1\tS1\t2023-12-01\t22C3\tTPS\t10-5\n"),
    case(PD, ["p.tsv:2: collected is 'yesterday'; expected a date such as 2024-03-31"], patients__tsv=PATIENTS, p__tsv=PDH+"P1\tS1\tyesterday\tXYZ\tTPS\t50\n"),
    case(PD, ["p.tsv:2: patient is 'P7'; expected a patient of patients.tsv"], patients__tsv=PATIENTS, p__tsv=PDH+"P7\tS1\t2023-12-01\t22C3\tTPS\t50\n"),
    case(PD+" --score-type XXX", ['biomarkers pdl1: Invalid value "XXX" for --score-type. Choose from: "TPS", "CPS", "IC", "TC", "TAP".', 'See `biomarkers pdl1 --help`.'], patients__tsv=PATIENTS, p__tsv=PDH),
    # plan
    case(AS, ['plan.yaml: file is missing; expected a file at this path'], cohort__tsv=COHORT),
    case(AS, ['plan.yaml: primary is missing; expected a block of keys', 'plan.yaml: endpoints is missing; expected at least one endpoint such as response: {kind: binary, column: responder}', 'plan.yaml: markers is missing; expected at least one marker such as tmb_per_mb: {kind: continuous}'], cohort__tsv=COHORT, plan__yaml=""),
    case(AS, ["plan.yaml:1: primary.marker is 'tmb'; expected a marker of this plan: tmb_per_mb"], cohort__tsv=COHORT, plan__yaml=PLAN.replace("tmb_per_mb, endpoint","tmb, endpoint")),
    case(AS, ["plan.yaml:1: primary.endpoint is 'respons'; expected an endpoint of this plan: response (did you mean 'response'?)"], cohort__tsv=COHORT, plan__yaml=PLAN.replace("endpoint: response","endpoint: respons")),
    case(AS, ["plan.yaml:3: endpoints.response.column is 'respond'; expected a column of the cohort table (did you mean 'responder'?)"], cohort__tsv=COHORT, plan__yaml=PLAN.replace("column: responder","column: respond")),
    case(AS, ["plan.yaml:5: markers.tmb_per_mb.kind is 'numeric'; expected one of continuous, binary, categorical, ordinal"], cohort__tsv=COHORT, plan__yaml=PLAN.replace("continuous","numeric")),
    case(AS, ["plan.yaml:6: covariates[0] is 'weight'; expected a column of the cohort table"], cohort__tsv=COHORT, plan__yaml=PLAN+"covariates: [weight]\n"),
    case(AS, ["plan.yaml:6: seed is '-1'; expected a whole number of at least 0"], cohort__tsv=COHORT, plan__yaml=PLAN+"seed: -1\n"),
    case(AS, ["plan.yaml:5: markers.tmb_per_mb.cutpoints[0].at is 'middle'; expected a number or the word median"], cohort__tsv=COHORT, plan__yaml=PLAN.replace("{kind: continuous}","{kind: continuous, cutpoints: [{at: middle, side: '>'}]}")),
    case(AS, ["cohort.tsv:2: age is 'sixty'; expected a number, as in 3 of the 4 filled cells of this column, or NA"], cohort__tsv=COHORT.replace("\t60\n","\tsixty\n"), plan__yaml=PLAN+"covariates: [age]\n"),
    case(AS, ["cohort.tsv:2: responder is '2'; expected one of 0, 1"], cohort__tsv=COHORT.replace("P1\t1","P1\t2"), plan__yaml=PLAN),
    case(AS, ["plan.yaml:1: text cannot be read as YAML (found character '\\t' that cannot start any token); expected `key: value` lines, indented by spaces"], cohort__tsv=COHORT, plan__yaml="\tprimary: 1\n"),
    case(AS, ["plan.yaml: text is nested too deeply, or an alias holds itself; expected `key: value` lines, indented by spaces"], cohort__tsv=COHORT, plan__yaml="covariates: " + "[" * 3000 + "]" * 3000),
    case(AS, ["plan.yaml: text cannot be read as YAML (aliases stand for too many values); expected `key: value` lines, indented by spaces"], cohort__tsv=COHORT, plan__yaml="a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10))),
    # mapping
    case(IM, ['m.yaml: file is missing; expected a file at this path']),
    case(IM, ['x.csv: file is missing; expected a file at this path'], m__yaml="patients: {file: x.csv, columns: {patient: ID}}\n"),
    case(IM, ["m.yaml:1: patients.columns.pfs_months.unit is 'fortnights'; expected one of days, weeks, months, years, mm, cm, fraction, percent"], m__yaml="patients: {file: x.csv, columns: {patient: ID, pfs_months: {from: PFS, unit: fortnights}}}\n", x__csv="ID,PFS\nP1,3\n"),
    case(IM, ['m.yaml:1: patient: unknown key; did you mean patients?'], m__yaml="patient: {file: x.csv, columns: {patient: ID}}\n", x__csv="ID\nP1\n"),
    case(IM, ["m.yaml:1: patients.columns.treatment_start.date_format is 'CONFIRM'; expected YYYY, YY, MM, M, DD, D or MON and what stands between them, such as DD.MM.YYYY, or excel"], m__yaml="patients: {file: x.csv, columns: {patient: ID, treatment_start: {from: Start, date_format: CONFIRM}}}\n", x__csv="ID,Start\nP1,03/04/2021\n"),
    # BED, interval list
    case(B, ['g.fa: file is missing; expected a file at this path'], t__bed="chr1\t1\t5\n"),
    case(B, ['g.fa: file is empty; expected a FASTA file'], t__bed="chr1\t1\t5\n", g__fa=""),
    case(B, ["g.fa:1: row is 'ACGT'; expected a FASTA file, beginning with '>'"], t__bed="chr1\t1\t5\n", g__fa="ACGT\n"),
    case(B, ["g.fa:3: contig is 'chr1'; expected each contig once"], t__bed="chr1\t1\t5\n", g__fa=">chr1\nAC\n>chr1\nAC\n"),
    case(B, ["t.bed:1: chrom is 'chrX'; expected a contig of g.fa (did you mean 'chr1'?)"], t__bed="chrX\t1\t5\n", g__fa=FA),
    case(B, ["t.bed:1: end is '3'; expected a number of at least the start, 5"], t__bed="chr1\t5\t3\n", g__fa=FA),
    case(B, ["t.bed:1: start is '-1'; expected a whole number of at least 0"], t__bed="chr1\t-1\t3\n", g__fa=FA),
    case(B, ["t.bed:1: start is '1.5'; expected a whole number of at least 0"], t__bed="chr1\t1.5\t3\n", g__fa=FA),
    case(B, ["t.bed:1: end is '5\u00b2'; expected a whole number of at least 0"], t__bed="chr1\t1\t5\u00b2\n", g__fa=FA),
    case(C, ["a.gff3:1: start is '1\u00b2-9'; expected 1-based positions, start <= end"], a__gff3=G.replace("\t1\t9", "\t1\u00b2\t9")),
    case(CH, ["g.fa.fai:1: row is 'chr1\\t20\\t6\\t10\\t11\u00b2'; expected a FASTA index (samtools faidx)"], c__yaml=S+"reference: {fasta: g.fa, targets: t.bed, genes: a.gff3}\n", s__tsv=SAM+"P1\tT1\ttumor\t\t\t\t\ta.vcf\n", a__vcf=VCF, g__fa=FA, g__fa__fai="chr1\t20\t6\t10\t11\u00b2\n", t__bed="chr1\t1\t5\n", a__gff3=G),
    case(B, ["t.bed:2: start is '0'; expected a position of at least 1 in a 1-based file"], t__bed="@SQ\tSN:chr1\tLN:20\nchr1\t0\t5\t+\tx\n", g__fa=FA),
    # genes
    case(C, ['a.gff3: file is missing; expected a file at this path']),
    case(C, ['a.gff3: file has no CDS feature; expected coding bases: features of type CDS, or BED intervals'], a__gff3="##gff-version 3\n"),
    case(C, ["a.gff3:1: start is '9-1'; expected 1-based positions, start <= end"], a__gff3=G.replace("\t1\t9","\t9\t1")),
    case(C, ["a.gff3:1: start is 'x-9'; expected 1-based positions, start <= end"], a__gff3=G.replace("\t1\t9","\tx\t9")),
    case(C, ["a.gff3:1: start is '0-9'; expected 1-based positions, start <= end"], a__gff3=G.replace("\t1\t9","\t0\t9")),
    case(C, ['a.gff3:1: row has 4 columns; expected nine columns separated by tabs'], a__gff3="chr1\te\tCDS\t1\n"),
    # config, samples, BAM
    case(CH, ["c.yaml:1: samples is 's.tsv'; expected a file that exists (paths are relative to the run's folder)"], c__yaml=S),
    case(CH, [f"c.yaml:1: samples is '{'s' * 117}...'; expected a file that exists (paths are relative to the run's folder)"], c__yaml=f"samples: {'s' * 300}\n"),
    case(CH, [f"s.tsv:2: vcf is '{'v' * 117}...'; expected a file that exists (paths are relative to the run's folder)"], c__yaml=S+"reference: {assumed_bp: 30000000}\n", s__tsv=SAM+"P1\tT1\ttumor\t\t\t\t\t"+"v" * 300+"\n"),
    case(CH, [f"c.yaml:1: clinical.patients is '{'p' * 117}...'; expected a file that exists (paths are relative to the run's folder)", f"{'p' * 300}: file cannot be read (File name too long); expected a readable, complete file"], c__yaml=f"clinical: {{patients: {'p' * 300}}}\n"),
    case(CH, ['s.tsv: file has no rows; expected at least one sample'], c__yaml=S, s__tsv=SAM),
    case(CH, ['s.tsv:2: row names no file; expected one kind of file in a row: fastq_1 (with fastq_2), or bam, or vcf', TERRITORY.format('fasta'), TERRITORY.format('targets'), TERRITORY.format('genes')], c__yaml=S, s__tsv=SAM+"P1\tT1\ttumor\t\t\t\t\t\n"),
    case(CH, ['s.tsv:2: row names fastq_1 and bam; expected one kind of file in a row: fastq_1 (with fastq_2), or bam, or vcf', TERRITORY.format('fasta'), TERRITORY.format('targets'), TERRITORY.format('genes')], c__yaml=S, s__tsv=SAM+"P1\tT1\ttumor\tL1\ta.fq\t\tb.bam\t\n", a__fq="@r\nA\n+\nI\n", b__bam=b"BAM"),
    case(CH, ['s.tsv:2: row names no file; expected one kind of file in a row: fastq_1 (with fastq_2), or bam, or vcf', 's.tsv:2: fastq_1 is missing; expected the file of the first mates beside fastq_2', TERRITORY.format('fasta'), TERRITORY.format('targets'), TERRITORY.format('genes')], c__yaml=S, s__tsv=SAM+"P1\tT1\ttumor\tL1\t\tb.fq\t\t\n", b__fq="@r\nA\n+\nI\n"),
    case(CH, ["s.tsv:3: vcf is 'a.vcf'; expected each file once (already vcf of line 2)", "s.tsv:3: patient is 'P2'; expected patient P1, as in line 2: a sample belongs to one patient", TERRITORY.format('fasta'), TERRITORY.format('targets'), TERRITORY.format('genes')], c__yaml=S, s__tsv=SAM+"P1\tT1\ttumor\t\t\t\t\ta.vcf\nP2\tT1\ttumor\t\t\t\t\ta.vcf\n", a__vcf=VCF),
    case(CH, ["s.tsv:2: patient is '$(x)'; expected letters, digits, '.', '_' and '-' only, beginning with a letter or digit", "s.tsv:4: patient is 'P\\u202e3'; expected letters, digits, '.', '_' and '-' only, beginning with a letter or digit", "s.tsv:2: sample is '../T'; expected letters, digits, '.', '_' and '-' only, beginning with a letter or digit", "s.tsv:3: sample is '-T'; expected letters, digits, '.', '_' and '-' only, beginning with a letter or digit", "s.tsv:4: sample is 'T 3'; expected letters, digits, '.', '_' and '-' only, beginning with a letter or digit"], c__yaml=S, s__tsv=SAM+"$(x)\t../T\ttumor\t\t\t\t\ta.vcf\nP2\t-T\ttumor\t\t\t\t\ta.vcf\nP\u202e3\tT 3\ttumor\t\t\t\t\ta.vcf\n", a__vcf=VCF),
    case(CH, ["s.tsv:2: vcf is 'no.vcf'; expected a file that exists (paths are relative to the run's folder)"], c__yaml=S+"reference: {assumed_bp: 30000000}\n", s__tsv=SAM+"P1\tT1\ttumor\t\t\t\t\tno.vcf\n"),
    case(CH, ["s.tsv:3: patient is 'NA'; expected another name: NA means that it is missing", "s.tsv:2: sample is 'NA'; expected another name: NA means that it is missing"], c__yaml=S+"reference: {assumed_bp: 30000000}\n", s__tsv=SAM+"P1\tNA\ttumor\t\t\t\t\ta.vcf\nNA\tT2\ttumor\t\t\t\t\ta.vcf\n", a__vcf=VCF),
    case(CH, [TERRITORY.format('fasta'), TERRITORY.format('targets'), TERRITORY.format('genes')], c__yaml=S, s__tsv=SAM.replace("\tstatus","")+"P1\tT1\t\t\t\t\ta.vcf\n", a__vcf=VCF),
    case(CH, ['b.bam: file is truncated or damaged; expected a whole BAM or CRAM; copy it again and compare checksums'], c__yaml=S+"reference: {fasta: g.fa, targets: t.bed, genes: a.gff3}\n", s__tsv=SAM+"P1\tT1\ttumor\t\t\t\tb.bam\t\n", b__bam=b"BAM\1xxxxxxxxxxxxxxx", g__fa=FA, t__bed="chr1\t1\t5\n", a__gff3=G),
    case(CH, ["plan.yaml:5: markers.smoking is 'smoking'; expected a column of the cohort table"], c__yaml="clinical: {patients: patients.tsv}\nplan: plan.yaml\n", patients__tsv=PATIENTS, plan__yaml=PLAN.replace("tmb_per_mb","smoking")),
    case(CH, ["c.yaml:1: clinical.patients is 'no.tsv'; expected a file that exists (paths are relative to the run's folder)", "c.yaml:1: clinical.pdl1 is 'no2.tsv'; expected a file that exists (paths are relative to the run's folder)", "c.yaml:2: plan is 'no.yaml'; expected a file that exists (paths are relative to the run's folder)", 'no.tsv: file is missing; expected a file at this path', 'no2.tsv: file is missing; expected a file at this path', 'no.yaml: file is missing; expected a file at this path'], c__yaml="clinical: {patients: no.tsv, pdl1: no2.tsv}\nplan: no.yaml\n"),
    case(CH, [TERRITORY.format('fasta'), TERRITORY.format('targets'), TERRITORY.format('genes')], c__yaml="clinical: {maf: a.maf}\n", a__maf=MAFH+MAFR),
    case(CH, ["c.yaml:1: jobs.max_minutes is '0'; expected a whole number of at least 10", 'c.yaml:3: report.title is a list; expected a text'], c__yaml="jobs: {max_minutes: 0}\nqc: {tumor_mean_depth: {warn: 30, fail: 80}}\nreport: {title: [x]}\n"),
    case(CH, ["c.yaml:2: endpoints.censoring is 'ema'; expected one of ema_itt, fda"], c__yaml="calling: {somatic: 'SS ='}\nendpoints: {censoring: ema}\n"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "said", "files"), CASES, ids=lambda value: None)
def test_a_bad_input_is_refused_in_words(tmp_path, monkeypatch, capsys, words, said, files):
    monkeypatch.chdir(tmp_path)
    for name, text in files.items():
        Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())
    status, caught = run(words.split()), capsys.readouterr()
    assert (caught.err.splitlines(), caught.out, status) == (said, "", 2)
    assert {path.name for path in tmp_path.iterdir()} == {*files}, "nothing is written"

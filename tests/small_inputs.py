"""The smallest right input of each command, and its command line: tests spoil them on purpose or at random."""

# ruff: noqa: E501
from __future__ import annotations

HEAD = '##fileformat=VCFv4.2\n##source=Mutect2\n##tumor_sample=T\n##contig=<ID=chr1,length=1000>\n##FILTER=<ID=PASS,Description="x">\n##INFO=<ID=BCSQ,Number=.,Type=String,Description="Local consequence annotation from BCFtools/csq, see x. Format: Consequence|gene|transcript|biotype|strand|amino_acid_change|dna_change">\n##FORMAT=<ID=GT,Number=1,Type=String,Description="x">\n##FORMAT=<ID=AD,Number=R,Type=Integer,Description="x">\n##FORMAT=<ID=DP,Number=1,Type=Integer,Description="x">\n'
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT\n"
REC = "chr1\t100\t.\tA\tC\t.\tPASS\tBCSQ=missense|G|T1|protein_coding|+|1A>1C|100A>C\tGT:AD:DP\t0/1:60,40:100\n"
VCF = HEAD + COLUMNS + REC
V = "variants --vcf a.vcf --tumor-sample {} --variants o.tsv"
MAFH = "Hugo_Symbol\tTumor_Sample_Barcode\tVariant_Classification\tChromosome\tStart_Position\tReference_Allele\tTumor_Seq_Allele2\tt_depth\tt_alt_count\n"
MAFR = "TP53\tP1\tMissense_Mutation\t17\t1000\tA\tC\t100\t30\n"
M = "variants --maf a.maf --variants o.tsv"
PATIENTS = "patient\ttreatment_start\nP1\t2024-01-01\n"
PD = "pdl1 --pdl1 p.tsv --patients patients.tsv --selected s.tsv --rejected r.tsv"
PDH = "patient\tspecimen\tcollected\tassay\tscore_type\tvalue\n"
EN = "endpoints --patients patients.tsv {} --endpoints e.tsv --rates r.tsv"
CH = "check --config c.yaml"
SAM = "patient\tsample\tstatus\tlane\tfastq_1\tfastq_2\tbam\tvcf\n"
S = "samples: s.tsv\n"
COHORT = (
    "patient\tresponder\ttmb_per_mb\tpdl1\tage\nP1\t1\t5\t10\t60\nP2\t0\t3\t20\t70\nP3\t1\t8\t30\t50\nP4\t0\t2\t1\t55\n"
)
AS = "associate --cohort cohort.tsv --plan plan.yaml --results r.tsv --groups g.tsv"
PLAN = "primary: {marker: tmb_per_mb, endpoint: response}\nendpoints:\n  response: {kind: binary, column: responder}\nmarkers:\n  tmb_per_mb: {kind: continuous}\n"
IM = "import --mapping m.yaml --out out"
B = "targets --targets t.bed --reference g.fa --cleaned o.bed"
FA = ">chr1\nACGTACGTAC\nACGTACGTAC\n"
C = "coding --genes a.gff3 --coding-bed o.bed"
G = "chr1\te\tCDS\t1\t9\t.\t+\t0\tParent=transcript:T\n"
GTF = 'chr1\tx\tCDS\t101\t400\t.\t+\t0\tgene_id "G"; transcript_id "T"; gene_name "A";\n' * 3
LESIONS = (
    "patient\tdate\tlesion\trole\tsite\tnodal\tdiameter_mm\tstatus\n"
    "P1\t2023-12-20\tL1\ttarget\tlung\t0\t30\t\nP1\t2024-03-01\tL1\ttarget\tlung\t0\t10\t\n"
)
EVENTS = (
    "patient\tterm\tsoc\tgrade\tonset\tend\trelated\tserious\taction\n"
    "P1\trash\tskin\t3\t2024-01-05\t2024-02-01\tyes\tno\tnone\n"
)
DATES = (
    "patient\ttreatment_start\tdeath_date\tlast_alive_date\tlast_dose\n"
    "P1\t2024-01-10\t2024-05-01\t2024-05-01\t2024-03\nP2\t2024-01-12\t\t2024-06-01\t\n"
)
MAPPING = (
    "missing: [x]\npatients: {file: x.csv, columns: {patient: ID, pfs_months: {from: PFS, unit: days}, "
    "treatment_start: {from: S, date_format: DD.MM.YYYY}}, keep: all}\n"
)
FOREIGN = "ID,PFS,S,age\nP1,30,01.02.2024,50\nP2,40,03.02.2024,60\n"

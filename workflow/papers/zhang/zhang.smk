"""Zhang et al. 2020, who re-implemented Tadros et al. on MNIST: their figures, and a sweep of what they do not print."""

ZHANG = PLANS["zhang"]


localrules:
    zhang_fig_1,
    zhang_fig_2,
    zhang_fig_cap,


rule zhang_fig_1:
    """Figure 1: accuracy of noisy (a) and blurred (b) images."""
    input:
        summaries=expand(
            rules.summarise_distortion.output.table,
            paper="zhang",
            dataset="mnist",
            distortion=["noise", "blur"],
        ),
        code=code("fig_1", of="papers/zhang"),
    output:
        pdf=f"{REPORTS}/zhang/figures/fig_1.pdf",
        png=report(f"{REPORTS}/zhang/figures/fig_1.png", caption="report/fig_1.rst", category="Zhang et al."),
        csv=f"{REPORTS}/zhang/figures/fig_1.csv",
        readings=expand(f"{REPORTS}/zhang/figures/fig_1/{{reading}}.png", reading=ZHANG.config["readings"]),
    log:
        f"logs/zhang_fig_1/{config['scale']}.log",
    benchmark:
        f"benchmarks/zhang_fig_1/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        readings=ZHANG.config["readings"],
    script:
        "scripts/fig_1.py"


rule zhang_fig_2:
    """Figure 2: accuracy under FGSM against ε."""
    input:
        summaries=expand(rules.summarise_attack.output.table, paper="zhang", dataset="mnist", attack="fgsm"),
        code=code("fig_2", of="papers/zhang"),
    output:
        pdf=f"{REPORTS}/zhang/figures/fig_2.pdf",
        png=report(f"{REPORTS}/zhang/figures/fig_2.png", caption="report/fig_2.rst", category="Zhang et al."),
        csv=f"{REPORTS}/zhang/figures/fig_2.csv",
        readings=expand(f"{REPORTS}/zhang/figures/fig_2/{{reading}}.png", reading=ZHANG.config["readings"]),
    log:
        f"logs/zhang_fig_2/{config['scale']}.log",
    benchmark:
        f"benchmarks/zhang_fig_2/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        readings=ZHANG.config["readings"],
    script:
        "scripts/fig_2.py"


rule zhang_fig_cap:
    """What sleep does against the number of weight changes after which it ends, which is not printed."""
    input:
        fgsm=rules.summarise_attack.output.table.format(paper="zhang", dataset="mnist", attack="fgsm"),
        blur=rules.summarise_distortion.output.table.format(paper="zhang", dataset="mnist", distortion="blur"),
        code=code("fig_cap", of="papers/zhang"),
    output:
        pdf=f"{REPORTS}/zhang/figures/fig_cap.pdf",
        png=report(
            f"{REPORTS}/zhang/figures/fig_cap.png", caption="report/fig_cap.rst", category="Zhang et al."
        ),
        csv=f"{REPORTS}/zhang/figures/fig_cap.csv",
    log:
        f"logs/zhang_fig_cap/{config['scale']}.log",
    benchmark:
        f"benchmarks/zhang_fig_cap/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        fgsm="shared",
        caps={
            name: own["updates"]
            for name, own in ZHANG.config["defences"]["sleep"].items()
            if name in ("described", "no_cap") or name.startswith("cap_")
        },
    script:
        "scripts/fig_cap.py"


BESIDE["zhang"] = {"pairs": [], "inside": [], "datasets": []}
SHOWN["zhang"] = {
    "claims": expand(rules.claims.output, paper="zhang"),
    "fig_1": rules.zhang_fig_1.output,
    "fig_2": rules.zhang_fig_2.output,
    "fig_cap": rules.zhang_fig_cap.output,
}


rule zhang:
    """Every figure of Zhang et al., and the verdicts on their claims."""
    input:
        SHOWN["zhang"].values(),


rule zhang_claims:
    """The verdicts on the claims of Zhang et al."""
    input:
        expand(rules.claims.output, paper="zhang"),

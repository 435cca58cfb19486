for some in DEFENDED:

    rule:
        """A defended network of one seed, made from the control of the same seed or from another network of its defence."""
        name:
            f"defend{some.suffix}"
        input:
            dataset=some.path(rules.test_order.input.dataset),
            base=some.of_each(base_model),
            code=defence_code(some),
        output:
            model=some.files(f"{RESULTS}/models/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/model.pt"),
            params=some.files(
                f"{RESULTS}/models/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/params.json"
            ),
            history=some.files(
                f"{RESULTS}/models/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/history.csv"
            ),
        log:
            some.log(f"logs/defend/{config['scale']}/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}.log"),
        benchmark:
            some.log(
                f"benchmarks/defend/{config['scale']}/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}.tsv"
            )
        wildcard_constraints:
            dataset=one_of(some.datasets),
            defence="|".join(name for name in config["defences"] if name != "control"),
        conda:
            "../../envs/torch.yaml"
        threads: 1
        resources:
            mem_mb=4000,
            runtime=120,
            gpu=0,
        params:
            networks=some.of_each(fit_params),
        script:
            "../scripts/defend.py"

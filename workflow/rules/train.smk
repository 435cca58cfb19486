for some in TRAINED:

    rule:
        """The control network of one seed: bias-free, ReLU, trained as the released code does (Table 2)."""
        name:
            f"train{some.suffix}"
        input:
            dataset=some.path(rules.test_order.input.dataset),
            code=code("train"),
        output:
            model=some.files(f"{RESULTS}/models/{{dataset}}/control/{{variant}}/seed{{seed}}/model.pt"),
            params=some.files(f"{RESULTS}/models/{{dataset}}/control/{{variant}}/seed{{seed}}/params.json"),
            history=some.files(f"{RESULTS}/models/{{dataset}}/control/{{variant}}/seed{{seed}}/history.csv"),
        log:
            some.log(f"logs/train/{config['scale']}/{{dataset}}/control/{{variant}}/seed{{seed}}.log"),
        benchmark:
            some.log(f"benchmarks/train/{config['scale']}/{{dataset}}/control/{{variant}}/seed{{seed}}.tsv")
        wildcard_constraints:
            dataset=one_of(some.datasets),
        conda:
            "../../envs/torch.yaml"
        threads: 1
        resources:
            mem_mb=4000,
            runtime=60,
            gpu=0,
        params:
            networks=some.of_each(fit_params),
        script:
            "../scripts/train.py"

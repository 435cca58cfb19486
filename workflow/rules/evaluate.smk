for some in ATTACKED:

    rule:
        """One attack variant on one network: what happened to every example."""
        name:
            f"attack{some.suffix}"
        input:
            model=some.files(f"{RESULTS}/models/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/model.pt"),
            source=some.of_each(source_model),
            dataset=some.path(f"{RESULTS}/data/{{dataset}}/dataset.npz"),
            order=some.path(rules.test_order.output.order),
            code=some.given(lambda axes: code("attack", f"attacks.{axes.attack}")),
        output:
            arrays=some.files(
                f"{RESULTS}/attacks/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/{{attack}}/{{attack_variant}}.npz"
            ),
        log:
            some.log(
                f"logs/attack/{config['scale']}/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/{{attack}}/{{attack_variant}}.log"
            ),
        benchmark:
            some.log(
                f"benchmarks/attack/{config['scale']}/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/{{attack}}/{{attack_variant}}.tsv"
            )
        wildcard_constraints:
            dataset=one_of(some.datasets),
            attack=some.attack or one_of(config["attacks"]),
            attack_variant=some.attack_variant or variants("attacks"),
        conda:
            "../../envs/torch.yaml"
        threads: 1
        resources:
            mem_mb=4000,
            runtime=120,
            gpu=0,
        params:
            seeds=some.of_each(attrgetter("seed")),
            axes=some.given(vars),
            attack=some.given(attack_params),
        script:
            "../scripts/attack.py"


for some in MEASURED:

    rule:
        """What tells whether the attacks on one network are at fault: transfer from the control, scale of the logits."""
        name:
            f"diagnose{some.suffix}"
        input:
            model=some.files(rules.attack.input.model),
            control=some.files(rules.attack.input.model.replace("{defence}/{variant}", f"control/{CONTROL}")),
            dataset=some.path(rules.attack.input.dataset),
            order=some.path(rules.attack.input.order),
            code=code("diagnose"),
        output:
            arrays=some.files(
                f"{RESULTS}/attacks/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/diagnosis/fgsm.npz"
            ),
        log:
            some.log(f"logs/diagnose/{config['scale']}/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}.log"),
        benchmark:
            some.log(
                f"benchmarks/diagnose/{config['scale']}/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}.tsv"
            )
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
            seeds=some.of_each(attrgetter("seed")),
            fgsm=some.given(diagnosis_params),
        script:
            "../scripts/diagnose.py"


for some in MEASURED:

    rule:
        """One distortion of the test examples, at every strength: which of them one network classifies right."""
        name:
            f"distort{some.suffix}"
        input:
            model=some.files(f"{RESULTS}/models/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/model.pt"),
            dataset=some.path(f"{RESULTS}/data/{{dataset}}/dataset.npz"),
            order=some.path(rules.test_order.output.order),
            code=some.given(lambda axes: code("distort", f"distortions.{axes.distortion}")),
        output:
            table=some.files(
                f"{RESULTS}/distortions/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/{{distortion}}/{{distortion_variant}}.csv"
            ),
        log:
            some.log(
                f"logs/distort/{config['scale']}/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/{{distortion}}/{{distortion_variant}}.log"
            ),
        benchmark:
            some.log(
                f"benchmarks/distort/{config['scale']}/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/{{distortion}}/{{distortion_variant}}.tsv"
            )
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
            seeds=some.of_each(attrgetter("seed")),
            axes=some.given(vars),
            distortion=some.given(distortion_params),
        script:
            "../scripts/distort.py"

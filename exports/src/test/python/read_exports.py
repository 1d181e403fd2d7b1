"""Reads what Longstream exported with the tools that it is for. Ends with 77 where a package is missing.

usage: read_exports.py tables|tensorboard|answers|trl FOLDER
       read_exports.py mlflow URL
"""

import importlib
import math
import sys

MISSING = 77
POLICY = "../models/quickstart"


def need(*names):
    try:
        return [importlib.import_module(name) for name in names]
    except ImportError as e:
        print(f"{e.name} is not installed")
        sys.exit(MISSING)


def tables(folder):
    pandas, duckdb, datasets = need("pandas", "duckdb", "datasets")
    for form in ("parquet", "jsonl"):
        pattern = f"{folder}/{form}/trajectories/*.{form}"
        rows = duckdb.sql(f"select groupId, _offset, len(tokens) from '{pattern}' order by _offset").fetchall()
        assert rows == [("p@0", 0, 2), ("p@0", 1, 2)], rows
        loaded = datasets.load_dataset(
            "json" if form == "jsonl" else form, data_files=pattern, split="train", cache_dir=f"{folder}/cache"
        )
        assert len(loaded) == 2 and len(loaded[0]["tokens"]) == 2, loaded[0]
    steps = pandas.read_parquet(f"{folder}/parquet/steps")
    assert list(steps["reward"]) == [0.25, 0.5], steps["reward"]
    assert str(steps["finishedAt"].dtype.tz) == "UTC", steps["finishedAt"].dtype
    assert [dict(entry) for entry in steps["seconds"][0]] == [{"key": "fetch", "value": 0.125}]
    assert len(pandas.read_parquet(f"{folder}/parquet/verdicts")) == 0
    joined = duckdb.sql(
        f"""select m.reward, t.text
            from (select unnest(members) m from '{folder}/parquet/groups/*.parquet') g
            join '{folder}/parquet/trajectories/*.parquet' t
              on t._partition = m.trajectory."partition" and t._offset = m.trajectory."offset"
            order by 1"""
    ).fetchall()
    assert [reward for reward, _ in joined] == [0.0, 1.0], joined


def tensorboard(folder):
    (accumulator,) = need("tensorboard.backend.event_processing.event_accumulator")
    events = accumulator.EventAccumulator(f"{folder}/tensorboard").Reload()
    rewards = [(event.step, event.value) for event in events.Scalars("train/reward")]
    assert rewards == [(1, 0.25), (2, 0.5)], rewards
    held_out = [(event.step, event.value) for event in events.Scalars("held-out/reward")]
    assert held_out == [(-1, 0.0), (2, 0.75)], held_out


def mlflow(url):
    (tracking,) = need("mlflow.tracking")
    client = tracking.MlflowClient(tracking_uri=url)
    (run,) = client.search_runs([client.get_experiment_by_name("longstream").experiment_id])
    assert run.data.params["seed"] == "1" and run.info.status == "FINISHED", run
    rewards = [(m.step, m.value) for m in client.get_metric_history(run.info.run_id, "train/reward")]
    assert sorted(rewards) == [(1, 0.25), (2, 0.5)], rewards


def answers(folder):
    (datasets,) = need("datasets")

    def load(kind, name):
        return datasets.load_dataset(
            kind, data_files=f"{folder}/{name}", split="train", cache_dir=f"{folder}/cache"
        )[0]

    user = {"role": "user", "content": " Which town?"}
    right = {"role": "assistant", "content": "<think>\nis"}
    wrong = {"role": "assistant", "content": "<think>\nWhere"}

    def same(turns, *expected):
        assert [dict(turn) for turn in turns] == list(expected), turns

    sft = load("json", "trl-sft.jsonl")
    same(sft["prompt"], user)
    same(sft["completion"], right)
    pair = load("json", "trl-preference.jsonl")
    same(pair["chosen"], right)
    same(pair["rejected"], wrong)
    same(load("parquet", "verl-sft.parquet")["messages"], user, right)
    same(load("json", "openrlhf-sft.jsonl")["output"], right)
    same(load("json", "openrlhf-preference.jsonl")["rejected"], wrong)


def trl(folder):
    """Takes a step of SFT and one of DPO, with the policy that ships."""
    library, transformers, datasets = need("trl", "transformers", "datasets")
    for trainer, config, name in (
        (library.SFTTrainer, library.SFTConfig, "trl-sft.jsonl"),
        (library.DPOTrainer, library.DPOConfig, "trl-preference.jsonl"),
    ):
        rows = datasets.load_dataset("json", data_files=f"{folder}/{name}", split="train", cache_dir=f"{folder}/cache")
        trained = trainer(
            model=transformers.AutoModelForCausalLM.from_pretrained(POLICY),
            args=config(
                output_dir=f"{folder}/{name}-model",
                max_steps=1,
                per_device_train_batch_size=1,
                use_cpu=True,
                bf16=False,
                report_to="none",
                save_strategy="no",
            ),
            train_dataset=rows,
            processing_class=transformers.AutoTokenizer.from_pretrained(POLICY),
        ).train()
        assert trained.global_step == 1 and math.isfinite(trained.training_loss), trained
        print(f"{name}: {len(rows)} rows, loss {trained.training_loss:.4f}")


if __name__ == "__main__":
    readers = {"tables": tables, "tensorboard": tensorboard, "mlflow": mlflow, "answers": answers, "trl": trl}
    readers[sys.argv[1]](sys.argv[2])
    print("read")

#!/usr/bin/env bash
# Trains with a real vLLM as sampler, kills the server three times meanwhile, and audits the run.
#
#   integrations/vllm/check.sh MODEL [FOLDER]
#
#   MODEL        model folder in Hugging Face's layout; SmolLM2-135M-Instruct takes some 10 GiB of memory for server and run
#   FOLDER       folder of runs (default: a new one under TMPDIR)
#   VLLM         command of vLLM (default: vllm); without one the check is skipped, with status 0
#   LONGSTREAM   command of Longstream (default: ./longstream of this checkout)
#   KILLS        steps after which the server is killed (default: "6 14 22")
#   STEPS        gradient steps (default: 30)
#   ADAPTER      rank of an adapter to train instead of all weights: 8, 16, 32 or 64 (default: none)
set -euo pipefail

[ $# -ge 1 ] || { sed -n '2,12p' "$0"; exit 2; }
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
model=$1
runs=${2:-$(mktemp -d)}
vllm=${VLLM:-vllm}
longstream=${LONGSTREAM:-$here/../../longstream}
port=28765
server='' trainer=''
adapters=() training=()
if [ -n "${ADAPTER:-}" ]; then
    adapters=(--enable-lora --max-lora-rank "$ADAPTER" --max-loras 2 --max-cpu-loras 4)
    training=(--set "trainer.adapter.rank=$ADAPTER" --set trainer.learning-rate=2e-4)
fi

command -v "$vllm" > /dev/null || { echo "skipped: there is no vLLM ('$vllm'); VLLM names its command"; exit 0; }
mkdir -p "$runs"

# The server has processes of its own, which live on when the first is killed: it gets a group, and the group is killed.
serve() {
    VLLM_SERVER_DEV_MODE=1 VLLM_ALLOW_RUNTIME_LORA_UPDATING=1 setsid "$vllm" serve "$model" --served-model-name policy --dtype float32 --max-model-len 2048 \
        --max-num-seqs 8 "${adapters[@]}" --enable-scale-out --logprobs-mode processed_logprobs --host 127.0.0.1 --port "$port" \
        >> "$runs/vllm.log" 2>&1 &
    server=$!
}
kill_server() { kill -9 -- "-$server" 2> /dev/null || true; wait "$server" 2> /dev/null || true; }
stop() {
    [ -z "$trainer" ] || kill "$trainer" 2> /dev/null || true
    [ -z "$server" ] || kill_server
}
trap stop EXIT

serve
"$longstream" train --config "$here/run.yaml" --model "$model" --dir "$runs" --set "steps=${STEPS:-30}" \
    "${training[@]}" > "$runs/train.log" 2>&1 &
trainer=$!
for step in ${KILLS-6 14 22}; do
    checkpoint=$runs/vllm/checkpoints/$(printf 'step-%06d' "$step")
    until [ -d "$checkpoint" ]; do
        kill -0 "$trainer" 2> /dev/null || { tail -n 20 "$runs/train.log"; exit 1; }
        sleep 0.2
    done
    kill_server
    echo "vLLM was killed after step $step and is started again"
    serve
done
wait "$trainer" || { tail -n 20 "$runs/train.log"; exit 1; }
trainer=''
"$longstream" audit --run vllm --dir "$runs" --fail-on failed,duplicate,stale
grep -h 'serves version\|is asked again\|Waiting for the engine' "$runs"/vllm/logs/*.log | tail -n 40

# A Slurm of three nodes on this machine, which calls itself "box": munged, slurmctld, and a slurmd a
# node. For tests/cluster/run; everything is kept in build/cluster/slurm.
slurm=$repo/build/cluster/slurm
nodes=(n1 n2 n3)
export SLURM_CONF=$slurm/slurm.conf

slurm_config() {
  local memory i
  memory=$(awk '/^MemTotal/ { print int($2 / 1024) - 256 }' /proc/meminfo)
  cat <<TEXT
ClusterName=test
SlurmctldHost=box(127.0.0.1)
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
AuthInfo=socket=$slurm/munge/socket
CredType=cred/munge
SlurmctldPort=16817
SlurmctldPidFile=$slurm/slurmctld.pid
SlurmdPidFile=$slurm/%n.pid
SlurmdSpoolDir=$slurm/spool-%n
StateSaveLocation=$slurm/state
SlurmctldLogFile=$slurm/slurmctld.log
SlurmdLogFile=$slurm/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SchedulerParameters=sched_interval=2,batch_sched_delay=1
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
SlurmdTimeout=10
TEXT
  for i in "${!nodes[@]}"; do
    echo "NodeName=${nodes[i]} NodeHostname=box NodeAddr=127.0.0.1 Port=$((17001 + i)) CPUs=1 RealMemory=$memory"
  done
  echo "PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP"
}

slurm_start_node() { slurmd -N "$1"; }

slurm_start() {
  local node
  rm -rf "$slurm"
  mkdir -p "$slurm/munge" "$slurm/state"
  for node in "${nodes[@]}"; do mkdir "$slurm/spool-$node"; done
  (umask 077; head -c 1024 /dev/urandom >"$slurm/munge/key")
  munged --force --socket="$slurm/munge/socket" --key-file="$slurm/munge/key" --num-threads=2 \
    --pid-file="$slurm/munge/pid" --log-file="$slurm/munge/log" --seed-file="$slurm/munge/seed" 2>/dev/null
  slurm_config >"$SLURM_CONF"
  echo "CgroupPlugin=disabled" >"$slurm/cgroup.conf"
  slurmctld -c
  for node in "${nodes[@]}"; do slurm_start_node "$node"; done
  local until=$((SECONDS + 60))
  until [ "$(sinfo -h -t idle -o %D)" = "${#nodes[@]}" ]; do
    [ $SECONDS -lt $until ] || { cat "$slurm"/*.log >&2; die "Slurm's nodes do not come up: $(sinfo -N)"; }
    sleep 0.5
  done
  say "Slurm $(sinfo --version | cut -d' ' -f2) with nodes ${nodes[*]}"
}

# slurm_kill_node NODE: as if its power were cut. A job's processes are below its slurmstepd.
slurm_kill_node() {
  local step child
  kill -9 "$(cat "$slurm/$1.pid")"
  for step in $(pgrep -f "^slurmstepd: \[") $(pgrep -x slurmstepd); do
    grep -qz "^SLURMD_NODENAME=$1\$" "/proc/$(pgrep -P "$step" | head -n 1)/environ" 2>/dev/null || continue
    for child in $(pgrep -P "$step"); do kill -9 $(pgrep -P "$child") "$child" 2>/dev/null || true; done
    kill -9 "$step" 2>/dev/null || true
  done
}

slurm_stop() {
  scontrol shutdown || true
  kill "$(cat "$slurm/munge/pid")"
}

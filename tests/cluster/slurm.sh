#!/bin/bash
# A Slurm cluster of one node, this machine, for tests: munged, slurmctld and slurmd.
#
#     tests/cluster/slurm.sh start FOLDER     all that they write is in FOLDER, but for /etc/slurm/slurm.conf
#     tests/cluster/slurm.sh stop FOLDER
#
# It needs root and Debian's packages slurm-wlm and munge. Snakemake's plugin takes SLURM_CONF out of the environment, so the
# configuration lies where Slurm looks by itself; one that is there already is not touched.
set -eu
conf=/etc/slurm/slurm.conf mark="# made by tests/cluster/slurm.sh"
folder=$(realpath -m "${2:?which folder?}")

case ${1:-} in
start)
    if [ -f $conf ] && ! grep -qF "$mark" $conf; then
        echo "$conf is of another cluster; take this test elsewhere." >&2
        exit 1
    fi
    node=$(hostname -s) memory=$(awk '/MemTotal/ {print int($2 / 1024 * 0.9)}' /proc/meminfo)
    mkdir -p "$folder"/{state,spool,munge} /etc/slurm
    chmod 700 "$folder/munge"
    (umask 077 && head -c 1024 /dev/urandom > "$folder/munge/key")
    cat > $conf <<CONF
$mark
ClusterName=here
SlurmctldHost=$node(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=bf_interval=1,sched_interval=1
ReturnToService=2
NodeName=$node NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=$memory State=UNKNOWN
PartitionName=here Nodes=$node Default=YES MaxTime=INFINITE State=UP
CONF
    munged --force --key-file="$folder/munge/key" --socket="$folder/munge/socket" --pid-file="$folder/munge/pid" \
        --log-file="$folder/munge/log" --seed-file="$folder/munge/seed"
    slurmctld
    slurmd
    until sinfo -h -o %T | grep -q idle; do sleep 0.2; done
    ;;
stop)
    for file in slurmd.pid slurmctld.pid munge/pid; do
        if [ -f "$folder/$file" ]; then kill "$(cat "$folder/$file")"; fi
    done
    if grep -qsF "$mark" $conf; then rm $conf; fi
    ;;
*)
    sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac

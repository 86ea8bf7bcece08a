#!/bin/sh
# A Slurm of one node on this machine, for tests: munged, slurmctld and slurmd
# with all they write in FOLDER, on ports of their own.  Needs root.
#
#     slurm_here.sh start FOLDER     export SLURM_CONF=FOLDER/slurm.conf
#     slurm_here.sh stop FOLDER
set -eu
action=$1
folder=$(cd "$2" && pwd)

start()
{
	host=$(hostname)
	port=$((20000 + $$ % 20000))
	chmod 755 "$folder"
	mkdir -p "$folder/state" "$folder/spool" "$folder/munge"
	chmod 700 "$folder/munge"
	head -c 1024 /dev/urandom >"$folder/munge/key"
	chmod 400 "$folder/munge/key"
	cat >"$folder/slurm.conf" <<-CONF
		ClusterName=here
		SlurmctldHost=$host(127.0.0.1)
		SlurmUser=root
		AuthType=auth/munge
		AuthInfo=socket=$folder/munge.socket
		CredType=cred/munge
		SlurmctldPort=$port
		SlurmdPort=$((port + 1))
		StateSaveLocation=$folder/state
		SlurmdSpoolDir=$folder/spool
		SlurmctldPidFile=$folder/slurmctld.pid
		SlurmdPidFile=$folder/slurmd.pid
		SlurmctldLogFile=$folder/slurmctld.log
		SlurmdLogFile=$folder/slurmd.log
		ProctrackType=proctrack/linuxproc
		TaskPlugin=task/none
		JobAcctGatherType=jobacct_gather/none
		MpiDefault=none
		SwitchType=switch/none
		SelectType=select/cons_tres
		SelectTypeParameters=CR_CPU
		SchedulerParameters=requeue_delay=0,batch_sched_delay=1,sched_interval=1
		ReturnToService=2
		MailProg=/bin/true
		NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
		PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
	CONF
	munged --force --key-file="$folder/munge/key" \
	    --socket="$folder/munge.socket" \
	    --pid-file="$folder/munged.pid" \
	    --log-file="$folder/munge/log" \
	    --seed-file="$folder/munge/seed"
	export SLURM_CONF="$folder/slurm.conf"
	slurmctld -c
	slurmd -c
	i=0
	until sinfo -h -o %T 2>/dev/null | grep -q idle; do
		i=$((i + 1))
		[ $i -lt 60 ] || return 1
		sleep 0.25
	done
}

stop()
{
	for daemon in slurmd slurmctld munged; do
		if [ -s "$folder/$daemon.pid" ]; then
			kill "$(cat "$folder/$daemon.pid")" 2>/dev/null || :
		fi
	done
}

case $action in
start) start || { stop; exit 1; } ;;
stop) stop ;;
*) exit 2 ;;
esac

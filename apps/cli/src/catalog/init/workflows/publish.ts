import type { CatalogFacts } from '../facts.ts'
import { CHECKOUT_STEP } from './actions.ts'
import { expression, indented } from './expression.ts'
import { fetchPrograms, PROGRAM } from './fetch-programs.ts'

const SCRIPT = `
if [ -z "$RBEE_REGISTRY" ] || [ -z "$RBEE_TOKEN" ]; then
  echo '::error::set the variable RBEE_REGISTRY and the secret RBEE_TOKEN in the settings of this repository; see README.md'
  exit 1
fi
${PROGRAM} sync --catalog . --registry "$RBEE_REGISTRY" --strict
`

/** The workflow that compiles what was merged and pushes it to the server. */
export function publishWorkflow({ branch, registry }: Pick<CatalogFacts, 'branch' | 'registry'>): string {
  const address = registry === null ? 'vars.RBEE_REGISTRY' : `vars.RBEE_REGISTRY || '${registry}'`
  return `# Compiles what was merged and pushes what changed to the server. A worker that breaks a rule is left out, all others
# are served, and the job fails so that somebody looks.
name: publish
on:
  push:
    branches: [${JSON.stringify(branch)}]
  workflow_dispatch:

permissions:
  contents: read

concurrency:
  group: publish
  cancel-in-progress: false

defaults:
  run:
    shell: bash

jobs:
  publish:
    # A fork has neither the secret nor the name of the catalog.
    if: ${expression('!github.event.repository.fork')}
    runs-on: ubuntu-24.04
    timeout-minutes: 30
    environment: registry
    steps:
${CHECKOUT_STEP}
${fetchPrograms('HEAD')}
      - name: Push the catalog
        env:
          RBEE_REGISTRY: ${expression(address)}
          RBEE_TOKEN: ${expression('secrets.RBEE_TOKEN')}
        run: |
${indented(SCRIPT, 10)}
`
}

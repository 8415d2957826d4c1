import type { CatalogFacts } from '../facts.ts'
import { CHECKOUT_STEP } from './actions.ts'
import { expression, indented } from './expression.ts'
import { fetchPrograms, PUBLISH_PROGRAM } from './fetch-programs.ts'

const SCRIPT = `
if [ -z "$RBEE_REGISTRY" ]; then
  echo '::error::set the variable RBEE_REGISTRY in the settings of this repository; see README.md'
  exit 1
fi
${PUBLISH_PROGRAM} --registry "$RBEE_REGISTRY" -- "$FOLDER"
`

/** The workflow that builds a worker of the repository and publishes it, as a trusted publisher: there is no secret in it. */
export function releaseWorkflow({ registry }: Pick<CatalogFacts, 'registry'>): string {
  const address = registry === null ? 'vars.RBEE_REGISTRY' : `vars.RBEE_REGISTRY || '${registry}'`
  return `# Builds a worker of this repository and publishes it. The run proves to the registry which workflow it is, so that no token
# is kept here; the worker has to trust it: rbee-publish trusted-publisher add (see README.md).
name: release
on:
  workflow_dispatch:
    inputs:
      folder:
        description: Folder of the worker, such as community/my-worker
        required: true
        type: string

permissions:
  contents: read

concurrency:
  group: release
  cancel-in-progress: false

defaults:
  run:
    shell: bash

jobs:
  release:
    if: ${expression('!github.event.repository.fork')}
    runs-on: ubuntu-24.04
    timeout-minutes: 60
    environment: release
    permissions:
      contents: read
      # Lets the job ask for identity tokens. It changes nothing in the repository.
      id-token: write
    steps:
${CHECKOUT_STEP}
${fetchPrograms('HEAD')}
      - name: Build and publish
        env:
          RBEE_REGISTRY: ${expression(address)}
          FOLDER: ${expression('inputs.folder')}
        run: |
${indented(SCRIPT, 10)}
`
}

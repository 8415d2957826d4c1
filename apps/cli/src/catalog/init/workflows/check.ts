import { CHECKOUT_STEP, UPLOAD_ARTIFACT } from './actions.ts'
import { expression, indented } from './expression.ts'
import { fetchPrograms, PROGRAM } from './fetch-programs.ts'
import { FINDINGS_TEXT } from './findings-text.ts'

/** Name of the workflow, which the one that comments waits for. */
export const CHECK = 'check'
/** Name of the artifact, and of the file in it. */
export const FINDINGS = { artifact: 'findings', file: 'findings.json' } as const

/**
 * Looks at a submission. HEAD is the merge that GitHub made of the branch and the submission; its first parent is the
 * branch. What the program says for people repeats words of the submission, of which the runner must obey none.
 */
const SCRIPT = String.raw`
base=$(git rev-parse --verify 'HEAD^1')
findings="$RUNNER_TEMP/${FINDINGS.file}"
status=0
${PROGRAM} check . --base "$base" --submitter "$SUBMITTER" --json \
  > "$findings" 2> "$RUNNER_TEMP/check.log" || status=$?
sed 's/::/: :/g' "$RUNNER_TEMP/check.log"
if [ "$status" -gt 1 ]; then
  echo 'The submission could not be checked; the log of this job says why.' >> "$GITHUB_STEP_SUMMARY"
  exit "$status"
fi
${PROGRAM} check . --base "$base" --submitter "$SUBMITTER" --github 2> /dev/null || true
jq --raw-output "$FINDINGS_TEXT" "$findings" >> "$GITHUB_STEP_SUMMARY"
exit "$status"
`

/** The workflow that checks submissions: it may read the repository, knows no secret and runs nothing of what it looks at. */
export function checkWorkflow(): string {
  return `# Checks every submission. It reads what was submitted and runs none of it, with a token that may read this
# repository and do nothing else. Findings are shown beside the lines they are about.
name: ${CHECK}
on:
  pull_request:

permissions:
  contents: read

concurrency:
  group: check-${expression('github.ref')}
  cancel-in-progress: true

defaults:
  run:
    shell: bash

jobs:
  check:
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    steps:
${CHECKOUT_STEP}
      # The lock is the branch's own, so that a submission cannot bring the program that judges it.
${fetchPrograms('HEAD^1')}
      - name: Check the submission
        env:
          SUBMITTER: ${expression('github.event.pull_request.user.login')}
          FINDINGS_TEXT: |
${indented(FINDINGS_TEXT, 12)}
        run: |
${indented(SCRIPT, 10)}
      - uses: ${UPLOAD_ARTIFACT}
        if: ${expression('!cancelled()')}
        with:
          name: ${FINDINGS.artifact}
          path: ${expression('runner.temp')}/${FINDINGS.file}
          if-no-files-found: ignore
          retention-days: 7
`
}

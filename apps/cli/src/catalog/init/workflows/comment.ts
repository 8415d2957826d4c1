import { CHECK, FINDINGS } from './check.ts'
import { expression, indented } from './expression.ts'
import { COMMENT_MARK, FINDINGS_TEXT } from './findings-text.ts'

const MAX_PACKED_BYTES = 256 * 1024
const MAX_BYTES = 1024 * 1024

/**
 * Reads the findings. Whoever submits can make the artifact hold anything: a bomb, other names, no JSON. One file of it
 * is unpacked, to standard output and up to a limit; what comes of it is one line of JSON.
 */
const READ = `
cd "$RUNNER_TEMP"
gh api "repos/$REPOSITORY/actions/runs/$RUN_ID/artifacts?name=${FINDINGS.artifact}" > artifacts.json
artifact=$(jq --raw-output '[.artifacts[] | select(.expired | not) | select(.size_in_bytes <= ${MAX_PACKED_BYTES}) | .id | numbers][0] // empty' artifacts.json)
if [ -z "$artifact" ]; then
  echo 'The check left no findings.'
  exit 0
fi
gh api "repos/$REPOSITORY/actions/artifacts/$artifact/zip" > artifact.zip
(unzip -p artifact.zip ${FINDINGS.file} || true) | head --bytes=${MAX_BYTES} > read.json
if ! jq --raw-output --slurp "if length == 1 then .[0] else error end | $FINDINGS_TEXT" read.json > report.md || [ ! -s report.md ]; then
  echo '::warning::what the check left cannot be read'
  exit 0
fi
jq --raw-input --slurp --raw-output '"report=" + tojson' report.md >> "$GITHUB_OUTPUT"
`

/**
 * Writes the comment, or replaces the one that is there. Which submission it belongs to is taken from the event and from
 * GitHub, never from the artifact: its newest commit has to be the one that was checked.
 */
const WRITE = String.raw`
cd "$RUNNER_TEMP"
gh api --method GET "repos/$REPOSITORY/pulls" -f state=open -f head="$HEAD" -f per_page=100 > pulls.json
number=$(jq --raw-output --arg sha "$HEAD_SHA" --arg repository "$REPOSITORY" \
  '[.[] | select(.head.sha == $sha and .base.repo.full_name == $repository) | .number | numbers][0] // empty' pulls.json)
if [ -z "$number" ]; then
  echo 'No open submission ends with the commit that was checked.'
  exit 0
fi
jq --null-input '{body: ("${COMMENT_MARK}\n" + (env.REPORT | fromjson))}' > body.json
gh api --paginate "repos/$REPOSITORY/issues/$number/comments?per_page=100" > comments.json
comment=$(jq --raw-output --slurp \
  '[.[][] | select(.user.login == "github-actions[bot]" and (.body | startswith("${COMMENT_MARK}"))) | .id | numbers][0] // empty' comments.json)
if [ -n "$comment" ]; then
  gh api --method PATCH "repos/$REPOSITORY/issues/comments/$comment" --input body.json --silent
else
  gh api --method POST "repos/$REPOSITORY/issues/$number/comments" --input body.json --silent
fi
`

/**
 * The workflow that comments on submissions. It runs in the name of the repository, so it never has the submission on its
 * disk, and the job that reads what came out of the check is not the one that may write.
 */
export function commentWorkflow(): string {
  return `# Tells a submitter what the check found. It runs as this repository, with the right to comment: so it never checks
# out what was submitted, and takes what the check left for what it may be, a stranger's text.
name: comment
on:
  workflow_run:
    workflows: [${CHECK}]
    types: [completed]

permissions: {}

defaults:
  run:
    shell: bash

jobs:
  read:
    if: ${expression("github.event.workflow_run.event == 'pull_request'")}
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions:
      actions: read
    outputs:
      report: ${expression('steps.read.outputs.report')}
    steps:
      - name: Read the findings
        id: read
        env:
          GH_TOKEN: ${expression('github.token')}
          REPOSITORY: ${expression('github.repository')}
          RUN_ID: ${expression('github.event.workflow_run.id')}
          FINDINGS_TEXT: |
${indented(FINDINGS_TEXT, 12)}
        run: |
${indented(READ, 10)}

  write:
    needs: read
    if: ${expression("needs.read.outputs.report != ''")}
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions:
      pull-requests: write
    steps:
      - name: Comment on the submission
        env:
          GH_TOKEN: ${expression('github.token')}
          REPOSITORY: ${expression('github.repository')}
          HEAD: ${expression("format('{0}:{1}', github.event.workflow_run.head_repository.owner.login, github.event.workflow_run.head_branch)")}
          HEAD_SHA: ${expression('github.event.workflow_run.head_sha')}
          REPORT: ${expression('needs.read.outputs.report')}
        run: |
${indented(WRITE, 10)}
`
}

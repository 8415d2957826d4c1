import { COMMUNITY_FOLDER } from './example-worker.ts'

/** What a submitter is asked; short, because the checks look at everything that a program can look at. */
export function pullRequestTemplate(): string {
  return `<!-- The title says what changes for users: "Add my-worker", "my-worker 1.1.0". -->

What does the worker do, and what changes with this submission?

- [ ] It changes one folder below \`${COMMUNITY_FOLDER}\`, and nothing else.
- [ ] My account stands in \`maintainers\` of its \`worker.toml\`.
- [ ] \`rbee-catalog check ${COMMUNITY_FOLDER}/MY-WORKER\` finds no errors.
- [ ] I may distribute what it fetches and builds, under the licence that it states.
`
}

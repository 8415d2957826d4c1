import type { CatalogFacts } from '../facts.ts'
import { PIN_FILE } from '../program-pin.ts'
import { COMMUNITY_FOLDER, EXAMPLE_FOLDER } from './example-worker.ts'

/** What visitors read first: how a worker gets in, and what the maintainers set up once. */
export function readme({ name, registry, branch }: CatalogFacts): string {
  const where = registry ?? 'the address of your registry'
  return `# ${name}

A catalog of AI inference workers: programs that serve models. Every worker is one folder. What is merged into \`${branch}\` is
compiled and served by the catalog's registry, from which \`rbee-hive install WORKER\` installs it.

## Add a worker

1. Fork this repository and copy [\`${EXAMPLE_FOLDER}\`](${EXAMPLE_FOLDER}) to \`${COMMUNITY_FOLDER}/YOUR-WORKER\`.
2. Describe your worker in its \`worker.toml\`. Write your account's name into \`maintainers\`: only they may change the folder.
3. Look at it as the checks will: \`rbee-catalog check ${COMMUNITY_FOLDER}/YOUR-WORKER\`
4. Open a pull request that changes this one folder.

Checks answer within minutes, beside the lines they are about. They read your files and run none of them. A person looks at what
they let through. [CONTRIBUTING.md](CONTRIBUTING.md) says what is looked at.

## For the maintainers

Once, in the settings of this repository:

- Actions: the variable \`RBEE_REGISTRY\` (${registry === null ? where : `by default ${where}`}), and an environment \`registry\`, limited to the branch
  \`${branch}\`, with the secret \`RBEE_TOKEN\`: an operator token, made with \`rbee-catalog token create --scope operator\`.
- Actions, general: approval for the workflows of all outside contributors, and a token that may only read by default.
- A ruleset for \`${branch}\`: pull requests only, the check \`check\` has to pass, and code owners have to agree.

| Workflow                                         | When               | May                                       | Knows the token |
| ------------------------------------------------ | ------------------ | ----------------------------------------- | --------------- |
| [check](.github/workflows/check.yml)             | a submission       | read the repository                       | no              |
| [comment](.github/workflows/comment.yml)         | after the check    | comment; never has the submission on disk | no              |
| [publish](.github/workflows/publish.yml)         | after the merge    | read the repository                       | yes             |
| [release](.github/workflows/release.yml)         | when you start it  | read the repository; prove what it is     | no              |

A submission that changes anything in \`.github\` changes what checks it: read such changes by eye. The programs that the workflows
run are named by the SHA-256 of their archive in [\`${PIN_FILE}\`](${PIN_FILE}), and each submission is checked by those that
\`${branch}\` names. To move to those that a server offers now:

\`\`\`
rbee-catalog init . --registry ${registry ?? 'https://YOUR.REGISTRY'} --only ${PIN_FILE} --force
\`\`\`

To publish builds of a worker in this repository, let it trust the workflow [release](.github/workflows/release.yml) once, and start that
with the worker's folder. No token is needed then: the run proves what it is, and the registry gives it one for minutes.

\`\`\`
rbee-publish trusted-publisher add WORKER --github OWNER/REPO --workflow release.yml --environment release
\`\`\`

Folders outside of \`${COMMUNITY_FOLDER}\` hold official workers: only code owners should add any.
`
}

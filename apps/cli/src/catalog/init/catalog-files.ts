import type { CatalogFacts } from './facts.ts'
import { codeowners } from './files/codeowners.ts'
import { contributing } from './files/contributing.ts'
import { exampleWorker } from './files/example-worker.ts'
import { pullRequestTemplate } from './files/pull-request-template.ts'
import { readme } from './files/readme.ts'
import { EDITOR_CONFIG, GIT_ATTRIBUTES } from './files/text-settings.ts'
import { PIN_FILE, pinText } from './program-pin.ts'
import { checkWorkflow } from './workflows/check.ts'
import { commentWorkflow } from './workflows/comment.ts'
import { publishWorkflow } from './workflows/publish.ts'
import { releaseWorkflow } from './workflows/release.ts'

/** Every file of a catalog repository: texts by their paths below its root. */
export function catalogFiles(facts: CatalogFacts): ReadonlyMap<string, string> {
  return new Map(
    Object.entries({
      'README.md': readme(facts),
      'CONTRIBUTING.md': contributing(),
      '.editorconfig': EDITOR_CONFIG,
      '.gitattributes': GIT_ATTRIBUTES,
      '.github/CODEOWNERS': codeowners(facts),
      '.github/pull_request_template.md': pullRequestTemplate(),
      [PIN_FILE]: pinText(facts.programs),
      '.github/workflows/check.yml': checkWorkflow(),
      '.github/workflows/comment.yml': commentWorkflow(),
      '.github/workflows/publish.yml': publishWorkflow(facts),
      '.github/workflows/release.yml': releaseWorkflow(facts),
      ...exampleWorker(facts),
    }),
  )
}

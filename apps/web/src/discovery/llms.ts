import { DOCS_GROUPS } from '../docs/docs-nav.ts'
import { file, type SiteRoute } from '../route.ts'
import { SITE_NAME } from '../site-name.ts'

/** `/llms.txt`: the site for programs that read text, in the form of llmstxt.org. */
export const llms: SiteRoute = {
  changesWith: 'program',
  answer: ({ registry }) =>
    file({
      contentType: 'text/plain; charset=utf-8',
      text: `# ${SITE_NAME}

> A registry of AI inference workers: programs that serve models over HTTP. A machine installs the build that fits its hardware, checked against signed metadata.

Install a worker: \`curl -fsSL ${registry}/install.sh | sh\`, then \`rbee-hive install WORKER --registry ${registry}\`.

## Data

- [Search](${registry}/v1/search?q=speech+to+text): workers by words and filters, as JSON
- [Workers](${registry}/v1/workers): all of them by id, in pages (follow \`next_cursor\`)
- [OpenAPI](${registry}/v1/openapi.json): every call
- [Releases](${registry}/feeds/all.atom): the newest, as an Atom feed
${DOCS_GROUPS.map(
  ({ name, entries }) => `
## ${name}

${entries.map((entry) => `- [${entry.name}](${registry}${entry.path}): ${entry.what}`).join('\n')}
`,
).join('')}`,
    }),
}

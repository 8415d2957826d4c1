import { type FileList, type ListedFile, platformSchema, RbeeError, variantNameSchema } from '@rbee/schema'
import { html } from 'hono/html'
import { byteSize } from '../figures/byte-size.ts'
import { counted, wholeNumber } from '../figures/figures.ts'
import { type Markup, NOTHING } from '../layout/markup.ts'
import { pageLinks, pageNumber } from '../layout/pages.ts'
import { page, redirect, type SiteRoute } from '../route.ts'
import { filesPath } from './files-address.ts'
import { optionalFiles } from './optional-files.ts'
import { platformName } from './platform-names.ts'
import { workerHead } from './worker-frame.ts'

const PER_PAGE = 500

/** What the archives of one build unpack to. */
export const filesPage: SiteRoute = {
  changesWith: 'documents',
  async answer({ api, parameter, url }) {
    const address = parameter('id')
    const build = {
      platform: read(platformSchema.safeParse(parameter('platform'))),
      variant: read(variantNameSchema.safeParse(parameter('variant'))),
    }
    const worker = await api.getWorker(address)
    const [release, current] = await Promise.all([
      api.getRelease(worker.id, parameter('version')),
      api.getRelease(worker.id, worker.version),
    ])
    const path = filesPath(worker.id, release.version, build)
    if (worker.id !== address || parameter('version') !== release.version) return redirect(path)
    const list = await optionalFiles(api, worker.id, release.version, build)
    const name = `${platformName(build.platform)}, ${build.variant}`
    return page({
      title: `Files of ${worker.name} ${release.version}, ${name}`,
      description: `What the archives of ${worker.id} ${release.version} for ${name} unpack to.`,
      path,
      unlisted: true,
      content: html`${workerHead(worker, current, 'versions')}
<div class="sections worker-part"><section aria-labelledby="files"><h2 id="files">Files of <a href="/worker/${worker.id}/${release.version}">${release.version}</a> for ${name}</h2>
${list === null ? html`<p class="soft">Not recorded: the archive was stored before the registry kept lists of files.</p>` : listed(list, path, url.searchParams.get('page'))}
</section></div>`,
    })
  },
}

function read<Value>(parsed: { success: true; data: Value } | { success: false }): Value {
  if (parsed.success) return parsed.data
  throw new RbeeError('not_found', 'The address names no build')
}

function listed(list: FileList, path: string, asked: string | null): Markup {
  const count = Math.ceil(list.files.length / PER_PAGE)
  const number = pageNumber(asked, count)
  const bytes = list.files.reduce((sum, { size }) => sum + size, 0)
  return html`<p class="soft">${counted(list.total, 'file')}${list.complete ? html`, ${byteSize(bytes)} unpacked` : NOTHING}. <a href="/v1/workers${path.slice('/worker'.length)}">As JSON</a>, with the SHA-256 of each in full.</p>
${list.complete ? NOTHING : html`<div class="note"><p>Too many to list: these are the first ${wholeNumber(list.files.length)} of the archive.</p></div>`}
${fileTable(list.files.slice((number - 1) * PER_PAGE, number * PER_PAGE))}
${pageLinks({ number, count, path: (to) => (to === 1 ? path : `${path}?page=${to}`), names: ['Before', 'After'] })}`
}

function fileTable(files: readonly ListedFile[]): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Files"><table class="table"><caption class="hidden">Files, by path</caption>
<thead><tr><th scope="col">Path</th><th scope="col">Size</th><th scope="col">SHA-256</th></tr></thead>
<tbody>${files.map(
    ({ path, size, executable, sha256 }) =>
      html`<tr><th scope="row"><code><bdi>${path}</bdi></code>${executable ? html` <span class="soft small">program</span>` : NOTHING}</th><td class="nowrap">${byteSize(size)}</td><td><code title="${sha256}">${sha256.slice(0, 12)}</code></td></tr>`,
  )}</tbody></table></div>`
}

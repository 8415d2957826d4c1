import type { ReleaseDocument } from '@rbee/schema'
import { html } from 'hono/html'
import { byteSize } from '../figures/byte-size.ts'
import { dayOf } from '../figures/figures.ts'
import { type Markup, NOTHING } from '../layout/markup.ts'
import { page, redirect, type SiteRoute } from '../route.ts'
import { compatibilityTable } from './compatibility.ts'
import { diffPath } from './diff-address.ts'
import { filesPath } from './files-address.ts'
import { platformName } from './platform-names.ts'
import { publisherText } from './publisher-text.ts'
import { releaseState } from './release-state.ts'
import { isVerified } from './verified.ts'
import { notices, workerHead } from './worker-frame.ts'

/** One release: how it stands, how to install exactly it, its builds and their digests. */
export const versionPage: SiteRoute = {
  changesWith: 'documents',
  async answer({ api, parameter, registry }) {
    const address = parameter('id')
    const worker = await api.getWorker(address)
    const [release, current, { releases }] = await Promise.all([
      api.getRelease(worker.id, parameter('version')),
      api.getRelease(worker.id, worker.version),
      api.listVersions(worker.id),
    ])
    const path = `/worker/${worker.id}/${release.version}`
    if (worker.id !== address || parameter('version') !== release.version) return redirect(path)
    const before = releases[releases.findIndex(({ version }) => version === release.version) + 1]
    return page({
      title: `${worker.name} ${release.version}`,
      description: `Release ${release.version} of ${worker.id}: builds, digests and what changed.`,
      path,
      content: html`${workerHead(worker, current, 'versions')}
<div class="sections worker-part">
<section aria-labelledby="release" class="flow"><div class="row"><h2 id="release">${release.version}</h2>${releaseState(release, worker.version)}</div>
${release.version === worker.version ? NOTHING : notices({ deprecation: null }, release)}
<dl class="facts"><dt>Published</dt><dd>${dayOf(release.published_at)}</dd><dt>By</dt><dd>${publisherText(release, isVerified(release))}</dd>
${release.git?.commit ? html`<dt>Commit</dt><dd><code>${release.git.commit}</code></dd>` : NOTHING}
<dt>Licence</dt><dd>${release.license}</dd></dl>
${
  release.quarantined === null
    ? html`<div class="command"><code data-copy="Copy the command that installs this version">rbee-hive install ${worker.id}@${release.version} --registry ${registry}</code></div>`
    : NOTHING
}
${before === undefined ? NOTHING : html`<p><a href="${diffPath(worker.id, before.version, release.version)}">What changed since ${before.version}</a></p>`}
</section>
<section aria-labelledby="builds"><h2 id="builds">Builds</h2><p class="soft small">To download, and unpacked.</p>${compatibilityTable(release, `Builds of ${worker.name} ${release.version}`)}</section>
${archives(release)}
</div>`,
    })
  },
}

/** Every archive with what its bytes must be. What is sold or blocked is named, and led to by no link. */
function archives(release: ReleaseDocument): Markup {
  const isOpen = release.quarantined === null && !release.distribution.requires_license
  const builds = release.variants.flatMap(({ name, artifacts }) =>
    artifacts.map((artifact) => ({ name, artifact })),
  )
  if (builds.length === 0) return NOTHING
  return html`<section aria-labelledby="archives"><h2 id="archives">Archives</h2><ul class="plain archives">${builds.map(
    ({ name, artifact }) =>
      html`<li><h3>${platformName(artifact.platform)}, <code>${name}</code></h3><dl class="facts"><dt>Content</dt><dd><code>${artifact.digest}</code></dd>${artifact.archives.map(
        ({ format, size, checksum, download_url }) =>
          html`<dt>${isOpen ? html`<a href="${download_url}" download="${release.worker}-${release.version}-${artifact.platform}-${name}.${format}">${format}</a>` : format} <span class="soft">${byteSize(size)}</span></dt><dd><code>${checksum}</code></dd>`,
      )}<dt>Files</dt><dd><a href="${filesPath(release.worker, release.version, { platform: artifact.platform, variant: name })}">What it unpacks to</a></dd></dl></li>`,
  )}</ul></section>`
}

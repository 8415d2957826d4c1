import type { RegistryClient } from '@rbee/api-client'
import type { ArtifactDocument, ReleaseDocument } from '@rbee/schema'
import { html } from 'hono/html'
import { byteSize } from '../figures/byte-size.ts'
import { counted } from '../figures/figures.ts'
import { type Markup, NOTHING } from '../layout/markup.ts'
import { diffPath } from './diff-address.ts'
import { type FileChange, fileChanges } from './file-changes.ts'
import { filesPath, type NamedBuild } from './files-address.ts'
import { optionalFiles } from './optional-files.ts'
import { platformName } from './platform-names.ts'

/** Changes that one page shows; the lists of both builds have all. */
const SHOWN = 300

interface ComparedBuild {
  readonly name: NamedBuild
  readonly from: ArtifactDocument
  readonly to: ArtifactDocument
}

/**
 * Which files differ between one build of two releases, with links to the other builds that both have: lists of files are large, so
 * that a page reads those of one.
 *
 * @param asked `PLATFORM.VARIANT`; by default, and where there is none of the name, a build of the default variant.
 */
export async function changedFiles(
  api: RegistryClient,
  from: ReleaseDocument,
  to: ReleaseDocument,
  asked: string | null,
): Promise<Markup> {
  const builds = commonBuilds(from, to)
  const [first] = builds
  if (first === undefined) {
    return section(html`<p class="soft">Not available: there is no build that both have.</p>`)
  }
  const shown =
    builds.find(({ name }) => buildKey(name) === asked) ??
    builds.find(({ name }) => name.variant === to.default_variant) ??
    first
  return section(
    html`<div class="flow">${otherBuilds(from, to, builds, shown)}${await changesOf(api, from, to, shown)}</div>`,
  )
}

function section(content: Markup): Markup {
  return html`<section aria-labelledby="changed-files"><h2 id="changed-files">Files</h2>${content}</section>`
}

function commonBuilds(from: ReleaseDocument, to: ReleaseDocument): ComparedBuild[] {
  return to.variants.flatMap(({ name: variant, artifacts }) => {
    const before = from.variants.find(({ name }) => name === variant)?.artifacts ?? []
    return artifacts.flatMap((artifact) => {
      const { platform } = artifact
      const earlier = before.find((one) => one.platform === platform)
      return earlier === undefined ? [] : [{ name: { platform, variant }, from: earlier, to: artifact }]
    })
  })
}

function buildKey({ platform, variant }: NamedBuild): string {
  return `${platform}.${variant}`
}

function otherBuilds(
  from: ReleaseDocument,
  to: ReleaseDocument,
  builds: readonly ComparedBuild[],
  shown: ComparedBuild,
): Markup {
  const path = diffPath(to.worker, from.version, to.version)
  if (builds.length === 1)
    return html`<p>${platformName(shown.name.platform)}, <code>${shown.name.variant}</code></p>`
  const platforms = [...new Set(builds.map(({ name }) => name.platform))]
  const variants = [...new Set(builds.map(({ name }) => name.variant))]
  const cell = (platform: string, variant: string) => {
    const build = builds.find(({ name }) => name.platform === platform && name.variant === variant)
    return html`<td>${build === undefined ? NOTHING : buildLink(build, build === shown, path)}</td>`
  }
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Builds that both have"><table class="table builds"><caption class="hidden">Builds that both have; the files of one are compared below</caption>
<thead><tr><th scope="col">Variant</th>${platforms.map((platform) => html`<th scope="col">${platformName(platform)}</th>`)}</tr></thead>
<tbody>${variants.map(
    (variant) =>
      html`<tr><th scope="row"><code>${variant}</code></th>${platforms.map((platform) => cell(platform, variant))}</tr>`,
  )}</tbody></table></div>`
}

function buildLink({ name, from, to }: ComparedBuild, isShown: boolean, path: string): Markup {
  const text = from.digest === to.digest ? 'same bytes' : 'changed'
  if (isShown) return html`<strong aria-current="true">${text}, below</strong>`
  const build = html`<span class="hidden">: ${platformName(name.platform)}, ${name.variant}</span>`
  return html`<a href="${path}?build=${buildKey(name)}#changed-files">${text}${build}</a>`
}

async function changesOf(
  api: RegistryClient,
  from: ReleaseDocument,
  to: ReleaseDocument,
  { name, ...build }: ComparedBuild,
): Promise<Markup> {
  if (build.from.digest === build.to.digest) return html`<p>The archives hold the same bytes.</p>`
  const [before, after] = await Promise.all([
    optionalFiles(api, from.worker, from.version, name),
    optionalFiles(api, to.worker, to.version, name),
  ])
  if (before === null || after === null) {
    const missing = [before === null ? from.version : '', after === null ? to.version : ''].filter(Boolean)
    return html`<p class="soft">Not available: the files of ${missing.join(' and ')} were not recorded when the archive was stored.</p>`
  }
  const changes = fileChanges(before, after)
  return html`<p class="soft">${summary(changes)} Unpacked ${byteSize(build.from.unpacked_size)}, now ${byteSize(build.to.unpacked_size)}. All files of <a href="${filesPath(from.worker, from.version, name)}">${from.version}</a> and <a href="${filesPath(to.worker, to.version, name)}">${to.version}</a>.</p>
${before.complete && after.complete ? NOTHING : html`<div class="note"><p>There are more files than the registry lists: differences among the others are not shown.</p></div>`}
${changes.length === 0 ? NOTHING : changeTable(changes.slice(0, SHOWN))}
${changes.length > SHOWN ? html`<p class="soft">And ${counted(changes.length - SHOWN, 'more file', 'more files')}.</p>` : NOTHING}`
}

function summary(changes: readonly FileChange[]): string {
  if (changes.length === 0) return 'All listed files are the same.'
  const added = changes.filter(({ from }) => from === null).length
  const removed = changes.filter(({ to }) => to === null).length
  const parts = [
    { count: changes.length - added - removed, text: 'changed' },
    { count: added, text: 'added' },
    { count: removed, text: 'removed' },
  ]
  return `${parts
    .filter(({ count }) => count > 0)
    .map(({ count, text }) => `${counted(count, 'file')} ${text}`)
    .join(', ')}.`
}

function changeTable(changes: readonly FileChange[]): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Changed files"><table class="table"><caption class="hidden">Files that differ, by path</caption>
<thead><tr><th scope="col">Path</th><th scope="col">Change</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
<tbody>${changes.map(
    ({ path, from, to }) =>
      html`<tr><th scope="row"><code><bdi>${path}</bdi></code></th><td class="nowrap">${kindOf(from, to)}</td><td class="nowrap">${sizeOf(from)}</td><td class="nowrap">${sizeOf(to)}</td></tr>`,
  )}</tbody></table></div>`
}

function kindOf(from: FileChange['from'], to: FileChange['to']): string {
  if (from === null) return to?.executable ? 'added, a program' : 'added'
  if (to === null) return 'removed'
  if (from.executable === to.executable) return 'changed'
  return to.executable ? 'now a program' : 'no program any more'
}

function sizeOf(file: FileChange['from']): Markup {
  return file === null ? html`<span class="soft">–</span>` : html`${byteSize(file.size)}`
}

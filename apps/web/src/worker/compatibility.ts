import type { Platform, ReleaseDocument, VariantDocument } from '@rbee/schema'
import { html } from 'hono/html'
import { byteSize } from '../figures/byte-size.ts'
import { type Markup, NOTHING } from '../layout/markup.ts'
import { platformWords, sortedPlatforms } from './platform-names.ts'
import { requirementsText } from './requirements-text.ts'

/** What a table of builds is made of; worker documents and release documents both have it. */
export type Builds = Pick<ReleaseDocument, 'variants' | 'default_variant' | 'platforms' | 'distribution'>

/** Which variant there is for which platform, how large, and what it needs. */
export function compatibilityTable(builds: Builds, caption: string): Markup {
  const platforms = sortedPlatforms(builds.platforms.map(({ os, arch }) => `${os}-${arch}` as Platform))
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="table matrix">
<caption class="hidden">${caption}</caption>
<thead><tr><th scope="col">Variant</th>${platforms.map((one) => html`<th scope="col">${platformParts(one)}</th>`)}</tr></thead>
<tbody>${builds.variants.map((variant) => variantRow(variant, builds, platforms))}</tbody>
</table></div>`
}

function variantRow(variant: VariantDocument, builds: Builds, platforms: readonly Platform[]): Markup {
  const needs = requirementsText(variant.requirements)
  return html`<tr data-variant="${variant.name}">
<th scope="row"><code>${variant.name}</code>${variant.name === builds.default_variant ? html` <span class="soft small">default</span>` : NOTHING}${
    needs.length === 0 ? NOTHING : html`<span class="needs">${needs.join(' · ')}</span>`
  }</th>
${platforms.map((platform) => html`<td>${buildCell(variant, platform, builds)}</td>`)}
</tr>`
}

function platformParts(platform: Platform): Markup {
  const { system, processor } = platformWords(platform)
  return html`${system} <span class="processor">${processor}</span>`
}

function buildCell({ artifacts }: VariantDocument, platform: Platform, { distribution }: Builds): Markup {
  const artifact = artifacts.find((one) => one.platform === platform)
  if (artifact === undefined) {
    return !distribution.binary_available
      ? html`<span class="soft">source</span>`
      : html`<span class="soft"><span aria-hidden="true">–</span><span class="hidden">none</span></span>`
  }
  const smallest = Math.min(...artifact.archives.map(({ size }) => size))
  return html`${byteSize(smallest)} <span class="soft unpacked">${byteSize(artifact.unpacked_size)}<span class="hidden"> unpacked</span></span>`
}

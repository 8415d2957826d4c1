import type { RegistryClient } from '@rbee/api-client'
import {
  type ArtifactDocument,
  type Platform,
  RbeeError,
  type ReleaseDocument,
  type WorkerChecks,
  type WorkerDocument,
  type WorkerKeys,
  type WorkerLog,
} from '@rbee/schema'
import { html } from 'hono/html'
import { dayOf } from '../figures/figures.ts'
import { type Markup, NOTHING } from '../layout/markup.ts'
import { page, redirect, type SiteRoute } from '../route.ts'
import { checkerSection, checkerSummary, optionalChecks } from './checker-section.ts'
import { platformName, sortedPlatforms } from './platform-names.ts'
import { publisherText } from './publisher-text.ts'
import { isVerified } from './verified.ts'
import { workerHead } from './worker-frame.ts'

/** Files of the signed metadata are far smaller. */
const MAX_TIMESTAMP_BYTES = 64 * 1024
/** Characters of a digest that are always seen, at its end. */
const DIGEST_END = 8

/** Why a worker's latest release can be trusted, and what nobody vouches for. */
export const securityPage: SiteRoute = {
  changesWith: 'figures',
  async answer({ api, parameter, registry }) {
    const address = parameter('id')
    const worker = await api.getWorker(address)
    if (worker.id !== address) return redirect(`/worker/${worker.id}/security`)
    const [release, keys, log, signed, checks] = await Promise.all([
      api.getRelease(worker.id, worker.version),
      api.workerKeys(worker.id),
      releaseLog(api, worker),
      api.signedFile('timestamp.json', MAX_TIMESTAMP_BYTES),
      optionalChecks(api, worker.id),
    ])
    return page({
      title: `Security of ${worker.name}`,
      description: `Digests, signatures, provenance, rebuilds and log entries of ${worker.id} ${worker.version}.`,
      path: `/worker/${worker.id}/security`,
      content: html`${workerHead(worker, release, 'security')}
<div class="sections worker-part">
${summary(worker, release, { isSigned: signed !== null, keys, log, checks })}
${builds(release)}
${checkerSection(checks)}
${publisherKeys(keys)}
${logEntries(log)}
<section aria-labelledby="check" class="flow"><h2 id="check">Check it yourself</h2>
<p>rbee-hive checks signed metadata and digests before anything runs, and again when it is asked to:</p>
<div class="command"><code data-copy="Copy the command that verifies what is installed">rbee-hive verify ${worker.id}</code></div>
<p>The whole log can be read and recomputed:</p>
<div class="command"><code data-copy="Copy the command that verifies the log">rbee-catalog log verify ${registry}</code></div>
</section></div>`,
    })
  },
}

/** The entries about the latest release; null where none of it was published here. */
async function releaseLog(api: RegistryClient, { id, version }: WorkerDocument): Promise<WorkerLog | null> {
  try {
    return await api.releaseLog(id, version)
  } catch (error) {
    if (error instanceof RbeeError && error.code === 'log_unavailable') return null
    throw error
  }
}

interface Evidence {
  readonly isSigned: boolean
  readonly keys: WorkerKeys
  readonly log: WorkerLog | null
  readonly checks: WorkerChecks | null
}

function summary(
  worker: WorkerDocument,
  release: ReleaseDocument,
  { isSigned, keys, log, checks }: Evidence,
): Markup {
  const artifacts = release.variants.flatMap((variant) => variant.artifacts)
  const signed = artifacts.filter(({ provenance }) => provenance !== null).length
  const rebuilt = artifacts.filter(({ rebuilds }) => rebuilds.agree > 0).length
  const disputed = artifacts.filter(({ rebuilds }) => rebuilds.disagree > 0).length
  return html`<section aria-labelledby="evidence"><h2 id="evidence">${release.version} at a glance</h2><dl class="facts evidence">
<dt>Published by</dt><dd>${publisherText(release, isVerified(release))}</dd>
<dt>Signed metadata</dt><dd>${isSigned ? html`<span class="good">available</span>: this registry signs every document, and clients refuse others` : notAvailable('this registry signs nothing')}</dd>
<dt>Provenance</dt><dd>${
    artifacts.length === 0
      ? notAvailable('there are no builds')
      : signed === 0
        ? notAvailable('its publisher signed none of its builds')
        : html`<span class="${signed === artifacts.length ? 'good' : ''}">signed</span> for ${signed} of ${artifacts.length} builds`
  }</dd>
<dt>Publisher's keys</dt><dd>${
    keys.provenance_required
      ? html`<span class="good">bound</span>: a release without a signature of the worker's key is refused`
      : notAvailable('no key is bound; a token is enough to publish')
  }</dd>
<dt>Rebuilds</dt><dd>${
    rebuilt === 0 && disputed === 0
      ? notAvailable('nobody built it once more yet')
      : html`${rebuilt === 0 ? NOTHING : html`<span class="good">reproduced</span> by others for ${rebuilt} of ${artifacts.length} builds`}${disputed === 0 ? NOTHING : html` <span class="bad">others came to other bytes for ${disputed}</span>`}`
  }</dd>
<dt>Log</dt><dd>${log === null ? notAvailable('nothing of it was published here') : html`<span class="good">logged</span> as entry ${log.entries[0]?.index}`}</dd>
<dt>Checker</dt><dd>${checkerSummary(checks, worker.git !== null)}</dd>
</dl></section>`
}

function notAvailable(why: string): Markup {
  return html`<span class="soft">not available: ${why}</span>`
}

function builds(release: ReleaseDocument): Markup {
  const rows = distinctBuilds(release)
  if (rows.length === 0) return NOTHING
  return html`<section aria-labelledby="digests"><h2 id="digests">Builds</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Builds and their evidence"><table class="table"><caption class="hidden">Digest, provenance and rebuilds of each build</caption>
<thead><tr><th scope="col">Build and digest</th><th scope="col">Provenance</th><th scope="col">Rebuilds</th></tr></thead>
<tbody>${rows.map(
    ({ names, artifact: { digest, provenance, rebuilds } }) =>
      html`<tr><th scope="row">${names.map(({ variant, platforms }) => html`<p><code>${variant}</code> <span class="soft">${platforms.map(platformName).join(', ')}</span></p>`)}${digestLine(digest)}</th>
<td>${provenance === null ? html`<span class="soft">none</span>` : html`<a href="${provenance.url}">envelope</a> <span class="soft">${provenance.key_ids.map((id) => html`<code>${id.slice(0, 12)}</code> `)}</span>`}</td>
<td>${rebuilds.agree === 0 && rebuilds.disagree === 0 ? html`<span class="soft">none</span>` : html`${rebuilds.agree} agree${rebuilds.disagree === 0 ? NOTHING : html`, <span class="bad">${rebuilds.disagree} disagree</span>`}`}</td></tr>`,
  )}</tbody></table></div></section>`
}

interface DistinctBuild {
  /** Of every build that holds these bytes. */
  readonly names: readonly { readonly variant: string; readonly platforms: readonly Platform[] }[]
  readonly artifact: ArtifactDocument
}

/** Builds by what they hold: one that runs on several platforms stands there once. */
function distinctBuilds({ variants }: ReleaseDocument): DistinctBuild[] {
  const named = variants.flatMap(({ name, artifacts }) => artifacts.map((artifact) => ({ name, artifact })))
  return [...Map.groupBy(named, ({ artifact }) => artifact.digest).values()].flatMap((same) => {
    const [first] = same
    const names = [...Map.groupBy(same, ({ name }) => name)].map(([variant, builds]) => ({
      variant,
      platforms: sortedPlatforms(builds.map(({ artifact }) => artifact.platform)),
    }))
    return first === undefined ? [] : [{ names, artifact: first.artifact }]
  })
}

/** Where there is no room, its middle is hidden; it is copied whole. */
function digestLine(digest: string): Markup {
  const label = `Copy the digest that ends in ${digest.slice(-DIGEST_END)}`
  return html`<p class="digest-line"><code class="digest" data-copy="${label}"><span>${digest.slice(0, -DIGEST_END)}</span><span>${digest.slice(-DIGEST_END)}</span></code></p>`
}

function publisherKeys({ keys }: WorkerKeys): Markup {
  if (keys.length === 0) return NOTHING
  return html`<section aria-labelledby="keys"><h2 id="keys">Publisher's keys</h2><ul class="plain archives">${keys.map(
    ({ key_id, status, bound_at, revoked_at, reason }) =>
      html`<li><p><code class="digest">${key_id}</code></p><p class="soft small">${status === 'valid' ? html`<span class="good">valid</span>` : html`<span class="bad">revoked</span>`}, bound ${dayOf(bound_at)}${
        revoked_at === null
          ? NOTHING
          : html`, revoked ${dayOf(revoked_at)}: <span dir="auto">${reason}</span>`
      }</p></li>`,
  )}</ul></section>`
}

function logEntries(log: WorkerLog | null): Markup {
  if (log === null) return NOTHING
  return html`<section aria-labelledby="log"><h2 id="log">In the log</h2><ul class="plain archives">${log.entries.map(
    ({ index, kind, entry }) =>
      html`<li><details><summary>Entry ${index}: ${kind.replaceAll('_', ' ')}</summary><p><code>${entry}</code></p></details></li>`,
  )}</ul></section>`
}

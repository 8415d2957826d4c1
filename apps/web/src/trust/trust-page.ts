import type { Revocations } from '@rbee/schema'
import { html } from 'hono/html'
import { counted, dayOf, wholeNumber } from '../figures/figures.ts'
import { type Markup, NOTHING } from '../layout/markup.ts'
import { page, type SiteRoute } from '../route.ts'
import { type LogState, readLogState } from './log-state.ts'
import { optionalRevocations } from './optional-revocations.ts'
import { readSignedState, type SignedState } from './signed-state.ts'

/** What this registry signs, with which keys, what that protects from, and how to check it by hand. */
export const trustPage: SiteRoute = {
  changesWith: 'documents',
  async answer({ api, registry, site }) {
    const [signed, log, revocations] = await Promise.all([
      readSignedState(api),
      readLogState(api),
      optionalRevocations(api),
    ])
    return page({
      title: 'Trust',
      description: 'What this registry signs, with which keys, and how to verify it yourself.',
      path: '/trust',
      style: 'docs',
      content: html`<div class="sections trust">
<div class="flow"><h1>Trust</h1>
<p class="lead">You need not trust the network, a mirror, or this page. What a machine installs is compared with signatures before any of it runs; the figures below are what those signatures say now.</p></div>
${metadataSection(signed)}
${logSection(log)}
${quarantineSection(revocations)}
${byHand(registry, { signed, log })}
${threats()}
${reporting(site.reportTo)}
</div>`,
    })
  },
}

function metadataSection(signed: SignedState | null): Markup {
  if (signed === null) {
    return html`<section aria-labelledby="signed"><h2 id="signed">Signed metadata</h2>
<p class="note bad">This registry signs nothing. Clients take its word, and only with <code>--allow-unsigned</code>.</p></section>`
  }
  const { root, targets, snapshot, timestamp } = signed
  return html`<section aria-labelledby="signed" class="flow"><h2 id="signed">Signed metadata</h2>
<p>The registry signs which workers there are and what each of their documents says (<a href="/docs/decisions/0030-signed-metadata">The Update Framework</a>). A machine that trusts the first root follows by itself from one root to the next.</p>
<dl class="facts">
<dt>First root</dt><dd><code class="digest">sha256:${root.firstSha256}</code></dd>
<dt>Newest root</dt><dd>version ${root.version}, good until ${dayOf(root.expires)}${
    root.version === 1 ? NOTHING : html`<br><code class="digest">sha256:${root.sha256}</code>`
  }</dd>
<dt>Who may sign</dt><dd>version ${targets.version} of that list, good until ${dayOf(targets.expires)}</dd>
<dt>Signed last</dt><dd>snapshot until ${dayOf(snapshot.expires)}, timestamp until ${dayOf(timestamp.expires)}</dd>
</dl>
<h3>Keys</h3>
<div class="scroll" tabindex="0" role="region" aria-label="Keys that sign the metadata"><table class="table"><caption class="hidden">Keys that sign the metadata</caption>
<thead><tr><th scope="col">Key</th><th scope="col">Signs</th><th scope="col">Kind</th></tr></thead>
<tbody>${root.keys.map(
    ({ id, roles, scheme }) =>
      html`<tr><th scope="row"><code class="digest">${id}</code></th><td>${roles.join(', ') || 'nothing any more'}</td><td>${scheme}</td></tr>`,
  )}</tbody></table></div></section>`
}

function logSection(log: LogState | null): Markup {
  return html`<section aria-labelledby="log" class="flow"><h2 id="log">Transparency log</h2>
${
  log === null
    ? html`<p class="note">This registry shows no log.</p>`
    : html`<p>Every release, withdrawal and change of keys or owner is an entry in a log that only grows. A release that stands in no entry is refused, and so is a log that lost or changed one.</p>
<dl class="facts">
<dt>Entries</dt><dd>${wholeNumber(log.size)}</dd>
<dt>Root</dt><dd><code class="digest">${log.root}</code></dd>
<dt>Key</dt><dd><code class="digest">${log.key}</code></dd>
<dt>Files</dt><dd><a href="/v1/log/checkpoint">checkpoint</a>, <a href="/v1/log/key">key</a></dd>
</dl>`
}</section>`
}

const QUARANTINED_SHOWN = 20

function quarantineSection(revocations: Revocations | null): Markup {
  return html`<section aria-labelledby="quarantined" class="flow"><h2 id="quarantined">Quarantined releases</h2>
${
  revocations === null
    ? html`<p class="note">The first list is not issued yet.</p>`
    : html`<p>${
        revocations.total === 0
          ? 'None. '
          : html`<strong>${counted(revocations.total, 'release')}</strong> may not run anywhere. `
      }Machines ask for <a href="/v1/revocations">this list</a> before they install or start anything. Issued ${dayOf(revocations.issued_at)}, good until ${dayOf(revocations.expires_at)}.</p>
${
  revocations.releases.length === 0
    ? NOTHING
    : html`<ul class="plain archives">${revocations.releases
        .slice(0, QUARANTINED_SHOWN)
        .map(
          ({ worker, version, reason, quarantined_at }) =>
            html`<li><a href="/worker/${worker}/${version}"><code>${worker} ${version}</code></a>, ${dayOf(quarantined_at)}: <span dir="auto">${reason}</span></li>`,
        )}</ul>`
}`
}</section>`
}

/** @returns commands that work as they stand, on a machine with the programs. */
function byHand(
  registry: string,
  { signed, log }: { readonly signed: SignedState | null; readonly log: LogState | null },
): Markup {
  const steps = [
    signed === null
      ? null
      : {
          say: 'Compare the first root with what the operator told you on another way, and trust it:',
          label: 'Copy the commands that trust the root',
          commands: `curl -fsSO ${registry}/v1/tuf/1.root.json\nsha256sum 1.root.json\nrbee-hive trust add ${registry} --root 1.root.json`,
        },
    log === null
      ? null
      : {
          say: 'Read the whole log, recompute its tree, and compare it with every release that is served. Keep the file: the next run sees whether the log was rewritten.',
          label: 'Copy the command that verifies the log',
          commands: `rbee-catalog log verify ${registry} --state log-state.json --key '${log.key}'`,
        },
    {
      say: 'Verify what is installed: its files, signatures, log entry, publisher and rebuilds.',
      label: 'Copy the command that verifies a worker',
      commands: 'rbee-hive verify WORKER',
    },
    {
      say: 'Build a release once more from its source, and compare the bytes:',
      label: 'Copy the command that rebuilds a release',
      commands: `rbee-publish rebuild WORKER@VERSION --registry ${registry}`,
    },
  ]
  return html`<section aria-labelledby="by-hand" class="flow"><h2 id="by-hand">Verify it yourself</h2>
<ol class="steps">${steps.map((step) =>
    step === null
      ? NOTHING
      : html`<li><p>${step.say}</p><div class="command"><code data-copy="${step.label}">${step.commands}</code></div></li>`,
  )}</ol>
<p class="soft">The programs come from <code>curl -fsSL ${registry}/install.sh | sh</code>. <a href="/docs/hive#who-made-it-and-does-everybody-get-the-same">What each line of verify means</a></p></section>`
}

const THREATS = [
  {
    what: 'Somebody changes bytes on the way, or on a mirror',
    outcome: 'The archive does not have the digest that is signed. It is refused before any of it runs.',
  },
  {
    what: 'A mirror keeps old copies, or hides new releases',
    outcome: 'Signed metadata runs out after a day and never goes back. The mirror is refused.',
  },
  {
    what: 'Somebody steals a publisher’s token',
    outcome:
      'Where the worker has a key, a token alone publishes nothing. What was published stands in the log, and can be quarantined everywhere.',
  },
  {
    what: 'Somebody takes over this server',
    outcome:
      'They can hide things, and with its online key list other bytes. They cannot change who may sign, stand in for publishers’ keys that a machine knows, or rewrite a log that anybody has seen.',
  },
  {
    what: 'A worker itself means harm',
    outcome:
      'Nothing here reads minds. A worker runs with your rights: see who publishes it, whether others rebuilt it from its source, and what its log says. What turns out bad is quarantined.',
  },
] as const

function threats(): Markup {
  return html`<section aria-labelledby="threats" class="flow"><h2 id="threats">What it protects from, and what it does not</h2>
<dl class="threats">${THREATS.map(({ what, outcome }) => html`<dt>${what}</dt><dd>${outcome}</dd>`)}</dl>
<p><a href="/docs/security#what-is-protected-and-how">The whole threat model</a>, <a href="/docs/security#what-a-stolen-key-can-do">what each stolen key can do</a>, and <a href="/docs/security#runbooks">what operators do then</a>.</p></section>`
}

/** @param reportTo an address for reports of workers; null where nobody takes them there. */
function reporting(reportTo: string | null): Markup {
  return html`<section aria-labelledby="report" class="flow"><h2 id="report">Report something</h2>
<p>A worker that harms who runs it is a matter for ${reportTo === null ? 'the operator of this registry' : html`<a href="${reportTo}">the operator of this registry</a>`}, who can quarantine it within minutes: name the worker, the version, and what you saw. A vulnerability in rbee itself is <a href="/docs/security#reporting">reported privately</a>, not in a public issue.</p></section>`
}

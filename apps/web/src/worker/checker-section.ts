import type { RegistryClient } from '@rbee/api-client'
import { RbeeError, type TextFinding, type WorkerChecks } from '@rbee/schema'
import { html } from 'hono/html'
import { counted } from '../figures/figures.ts'
import { type Markup, NOTHING } from '../layout/markup.ts'

/** Findings that the page shows; the API has all. */
const SHOWN = 50

/** What the static checker found in a worker's texts; null where nobody checked them. */
export async function optionalChecks(api: RegistryClient, id: string): Promise<WorkerChecks | null> {
  try {
    return await api.getChecks(id)
  } catch (error) {
    if (error instanceof RbeeError && error.code === 'no_checks') return null
    throw error
  }
}

/** In a few words. */
export function checkerSummary(checks: WorkerChecks | null, isInCatalog: boolean): Markup {
  if (checks === null) {
    return html`<span class="soft">not checked: ${
      isInCatalog
        ? 'its catalog was read by a version that checks nothing'
        : 'it was published without a catalog, and its sources are not here'
    }</span>`
  }
  const errors = checks.findings.filter(({ severity }) => severity === 'error').length
  const warnings = checks.findings.length - errors
  if (checks.findings.length === 0)
    return html`<span class="good">nothing found</span> in the texts that its catalog holds`
  const parts = [errors > 0 ? counted(errors, 'error') : '', warnings > 0 ? counted(warnings, 'warning') : '']
  return html`<a class="${errors > 0 ? 'bad' : ''}" href="#checker">${parts.filter(Boolean).join(', ')}</a> in the texts that its catalog holds`
}

/** Every finding with its place, its reason and its cure. */
export function checkerSection(checks: WorkerChecks | null): Markup {
  if (checks === null || checks.findings.length === 0) return NOTHING
  const { findings, version, worker } = checks
  return html`<section aria-labelledby="checker"><h2 id="checker">What the checker finds</h2>
<p class="soft">In PKGBUILDs, README and changelog of ${version}, without running anything. A finding is a reason to read the line, not a verdict.</p>
<ul class="plain archives">${findings.slice(0, SHOWN).map(findingItem)}</ul>
${findings.length > SHOWN ? html`<p><a href="/v1/workers/${worker}/checks">All ${findings.length}</a></p>` : NOTHING}</section>`
}

function findingItem({ rule, severity, file, line, reason, cure }: TextFinding): Markup {
  return html`<li><p><span class="${severity === 'error' ? 'bad' : 'soft'}">${severity}</span> <a href="/docs/checks/${rule}"><code>${rule}</code></a> <code><bdi>${file}</bdi>:${line}</code></p><p dir="auto">${reason}</p><p class="soft small" dir="auto">${cure}</p></li>`
}

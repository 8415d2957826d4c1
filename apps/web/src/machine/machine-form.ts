import { html } from 'hono/html'
import { type Markup, NOTHING } from '../layout/markup.ts'

/** What a form of the page already says. */
export interface MachineQuestion {
  /** Id of the worker whose plan is wanted; empty for all workers. */
  readonly worker: string
  /** What stands in the field for the profile. */
  readonly text: string
  readonly problems: readonly string[]
}

/** A field for a profile. It works by itself; a program adds the buttons that keep the profile in the browser. */
export function machineForm({ worker, text, problems }: MachineQuestion): Markup {
  const asks = worker === '' ? 'Show what runs on it' : `Does ${worker} run on it?`
  return html`<form action="/machine" method="post" class="flow machine-form" data-machine-form>
<h2>Tell what your machine is</h2>
<p>Run this on it, and paste what it prints:</p>
<div class="command"><code data-copy="Copy the command: detect">rbee-hive detect --json</code></div>
<p><label for="profile">Host profile</label></p>
<div data-problems role="alert">${
    problems.length === 0
      ? NOTHING
      : html`<ul class="note bad plain">${problems.map((problem) => html`<li>${problem}</li>`)}</ul>`
  }</div>
<textarea id="profile" name="profile" rows="7" required spellcheck="false" autocomplete="off" autocapitalize="none" placeholder='{"os":"linux","arch":"x86_64",…}'${problems.length === 0 ? NOTHING : html` aria-invalid="true"`}>${text}</textarea>
${worker === '' ? NOTHING : html`<input type="hidden" name="worker" value="${worker}">`}
<p class="row machine-acts" data-acts><button type="submit" class="button">${asks}</button></p>
<p class="soft small">“${asks}” sends the profile to the registry, which answers and keeps nothing of it.</p>
</form>`
}

import assert from 'node:assert/strict'
import { type OpenSite, QUARANTINED } from './shelf.ts'
import type { Shell } from './shell.ts'
import type { Visitor } from './visitor.ts'

/** Where a story is told: on one site, by one visitor with a browser and a terminal. */
export interface Stage {
  readonly site: OpenSite
  readonly visitor: Visitor
  readonly shell: Shell
  readonly picture: Picture
  /** Is told what happens, a sentence at a time. */
  readonly say: (sentence: string) => void
}

/** A picture for the OCR worker, and what it is to read on it. */
export interface Picture {
  readonly file: string
  readonly text: RegExp
}

/** What people do on the site and with what they copied there, by the sentence that sums it up. */
export const STORIES = {
  'a newcomer finds an OCR worker that runs on this machine, copies the line, and it answers': newcomer,
  'somebody compares two LLM workers and decides': comparison,
  'a company checks what speaks for a worker, and verifies the same in a terminal': company,
} satisfies Readonly<Record<string, (stage: Stage) => Promise<void>>>

async function newcomer(stage: Stage): Promise<void> {
  const { site, visitor, shell, picture, say } = stage
  const { page } = visitor
  await tellMachine(stage)

  await page.getByRole('link', { name: /^rbee workers/ }).click()
  await page.getByRole('combobox').pressSequentially('ocr')
  await page.getByRole('option', { name: /OCR Worker/ }).waitFor()
  await page.keyboard.press('Enter')
  const hit = page.locator('[data-worker="ocr-worker"]')
  say(
    `searched for "ocr"; of ocr-worker it says: ${await textOf(hit.getByText('Runs on this machine: cpu'))}`,
  )
  await hit.getByRole('link', { name: 'OCR Worker' }).click()
  say(`its page says: ${await textOf(page.getByText('cpu is the most preferred variant that fits'))}`)

  const install = await copied(visitor, 'Copy the command: rbee-hive')
  assert.equal(install, `rbee-hive install ocr-worker --registry ${site.url}`)
  const start = await copied(visitor, 'Copy the command: run')
  await ran(stage, install)

  const worker = shell.start(start)
  const [, address] = await worker.prints(/it answers at (\S+)/)
  const question = `curl -fsS --data-binary @${picture.file} -H 'content-type: image/png' ${address}/v1/ocr`
  say(`$ ${start}\nit answers at ${address}`)
  assert.match(await ran(stage, question), picture.text)
  await worker.interrupt()
}

/** Pastes what the programs find out about this machine, after letting the browser say what it knows. */
async function tellMachine({ site, visitor: { page }, shell, say }: Stage): Promise<void> {
  await page.goto(site.url)
  await page.getByRole('link', { name: 'My machine' }).click()
  await page.getByRole('button', { name: 'Let the browser tell' }).click()
  const kept = page.getByRole('region', { name: 'Kept in this browser' })
  say(`the browser tells: ${await textOf(kept.getByRole('definition').first())}`)
  const { stdout: profile } = await shell.run('rbee-hive detect --json')
  await page.getByLabel('Host profile').fill(profile)
  await page.getByRole('button', { name: 'Keep in this browser' }).click()
  // No browser tells which processor there is; some machines do not either.
  const { model } = JSON.parse(profile).cpu as { model: string | null }
  if (model !== null) await kept.getByText(model).waitFor()
  const facts = await kept.getByRole('definition').allTextContents()
  say(`pasted the ${profile.length} characters of "rbee-hive detect --json": ${facts.join('; ')}`)
}

async function comparison({ site, visitor: { page }, say }: Stage): Promise<void> {
  await page.goto(site.url)
  await page.getByRole('combobox').fill('llm')
  await page.keyboard.press('Enter')
  for (const name of ['Small LLM', 'Large LLM']) await page.getByLabel(`Compare ${name}`).check()
  await page.getByRole('button', { name: 'Compare the chosen workers' }).click()
  await page.getByRole('heading', { level: 1, name: 'Compare workers' }).waitFor()

  const names = await page
    .getByRole('columnheader')
    .getByRole('link', { name: /^\w+ LLM$/ })
    .allTextContents()
  const of = async (property: RegExp) => {
    const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: property }) })
    const cells = (await row.getByRole('cell').allTextContents()).map((text) => text.trim())
    const header = (await textOf(row.getByRole('rowheader'))).replace(/\W+differs$/, '')
    say(`${header}: ${cells.map((text, at) => `${names[at]} ${text}`).join(', ')}`)
    return Object.fromEntries(cells.map((text, at) => [names[at], text]))
  }
  assert.deepEqual(await of(/^Licence/), { 'Small LLM': 'Apache-2.0', 'Large LLM': 'MIT' })
  const needs = await of(/^cuda/)
  assert.match(needs['Small LLM'] ?? '', /2 GiB/)
  assert.match(needs['Large LLM'] ?? '', /48 GiB/)
  const sizes = await of(/^(Linux|macOS)/)
  assert.match(sizes['Small LLM'] ?? '', /\d KiB/)
  assert.match(sizes['Large LLM'] ?? '', /\d MiB/)
  await page.getByRole('columnheader').getByRole('link', { name: 'Small LLM', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'Small LLM' }).waitFor()
  say('chose Small LLM, which is smaller and needs less')
}

async function company(stage: Stage): Promise<void> {
  const { site, visitor, shell, say } = stage
  const { page } = visitor
  await page.goto(`${site.url}/worker/speech-worker`)
  await page.getByRole('link', { name: 'Security' }).click()
  const evidence = page.getByRole('region', { name: /at a glance/ })
  for (const fact of [
    /^signed for 1 of 1/,
    /^bound/,
    /^logged as entry \d/,
    /^not available: nobody built it/,
  ])
    say(`the page says: ${await textOf(evidence.getByRole('definition').filter({ hasText: fact }))}`)
  const digest = await textOf(page.getByText(/^sha256:[0-9a-f]{64}$/).first())
  const verify = await copied(visitor, 'Copy the command that verifies what is installed')

  await page.getByRole('navigation', { name: 'About' }).getByRole('link', { name: 'Trust' }).click()
  const root = await textOf(page.getByText(/^sha256:[0-9a-f]{64}$/).first())
  const trusted = await ran(stage, await copied(visitor, 'Copy the commands that trust the root'))
  assert.ok(trusted.includes(root.replace('sha256:', '')), trusted)
  await ran(stage, await copied(visitor, 'Copy the command that verifies the log'))

  await ran(stage, `rbee-hive install speech-worker --registry ${site.url}`)
  const proven = JSON.parse(await ran(stage, `${verify} --json`)) as Verified
  assert.equal(proven.digest, digest)
  assert.ok(proven.ok)
  for (const check of ['files', 'registry', 'log', 'publisher'])
    assert.equal(proven.checks.find((one) => one.check === check)?.status, 'ok', JSON.stringify(proven))
  say(`the terminal verified the digest of the page: ${digest}`)

  const bad = `${QUARANTINED.id}@${QUARANTINED.version}`
  await page.getByRole('link', { name: `${QUARANTINED.id} ${QUARANTINED.version}` }).click()
  await page.getByText(QUARANTINED.reason).waitFor()
  assert.equal(await page.getByText(`install ${QUARANTINED.id}`).count(), 0)
  const refused = await shell.run(`rbee-hive install ${bad} --registry ${site.url}`)
  assert.equal(refused.code, 4, refused.screen)
  assert.match(refused.screen, /quarantined/)
  say(`$ rbee-hive install ${bad} --registry ${site.url}\n${refused.screen.trim()}`)
}

interface Verified {
  readonly digest: string
  readonly ok: boolean
  readonly checks: readonly { readonly check: string; readonly status: string }[]
}

/** Runs a line that has to succeed. @returns what it printed for programs. */
async function ran({ shell, say }: Stage, line: string): Promise<string> {
  const { code, stdout, screen } = await shell.run(line)
  assert.equal(code, 0, `${line}: ${screen}`)
  say(`$ ${line}\n${screen.trim()}`)
  return stdout
}

/** Presses a button that copies. @returns what is in the clipboard then. */
async function copied({ page, clipboard }: Visitor, name: string): Promise<string> {
  await page.getByRole('button', { name, exact: true }).click()
  await page.getByRole('button', { name: 'Copied' }).first().waitFor()
  return clipboard()
}

async function textOf(place: { textContent(): Promise<string | null> }): Promise<string> {
  return ((await place.textContent()) ?? '').trim()
}

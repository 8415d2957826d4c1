import { describe, expect, it } from 'vitest'
import { readScriptDeeds } from './read-script.ts'

describe('readScriptDeeds', () => {
  it('does not take on what is nested to exhaust it', async () => {
    const deep = `${'$('.repeat(3_000)}id${')'.repeat(3_000)}`
    expect(await readScriptDeeds(`build() {\n  echo ${deep}\n}\n`)).toBeNull()
  })

  it('says of a text that is run and nested so that it is not read', async () => {
    const deep = `${'$('.repeat(900)}id${')'.repeat(900)}`
    const deeds = await readScriptDeeds(`build() {\n  sh -c 'echo ${deep}'\n}\n`)
    expect(deeds?.obscure.map(({ why }) => why)).toEqual([expect.stringContaining('too complicated')])
  })

  it('says so of the first of more texts than it reads', async () => {
    const lines = Array.from({ length: 60 }, (_line, index) => `  sh -c 'echo ${index}'`)
    const deeds = await readScriptDeeds(`build() {\n${lines.join('\n')}\n}\n`)
    expect(deeds?.obscure).toHaveLength(1)
  })

  it('reads scripts beside it that it runs, and no others', async () => {
    const sources = new Map([
      ['fetch.sh', '#!/bin/bash\ncurl https://example.org/x\n'],
      ['worker.sh', 'wget https://example.org/y\n'],
    ])
    const programs = async (body: string) =>
      (await readScriptDeeds(`build() {\n  ${body}\n}\n`, sources))?.calls.map(({ program }) => program)
    expect(await programs('sh fetch.sh')).toContain('curl')
    expect(await programs('cd x && ../fetch.sh')).toContain('curl')
    expect(await programs('. "$startdir/fetch.sh"')).toContain('curl')
    expect(await programs('install -Dm755 worker.sh "$pkgdir/usr/bin/worker"')).not.toContain('wget')
  })

  it('bounds what variables and braces multiply to', async () => {
    const lines = Array.from(
      { length: 300 },
      (_line, index) => `  a=$a$a; b${index}="$a"{1,2}{3,4}{5,6}{7,8}`,
    )
    const started = performance.now()
    expect(
      await readScriptDeeds(`build() {\n${lines.join('\n')}\n  x {a,b}{a,b}{a,b}{a,b}{a,b}{a,b}\n}\n`),
    ).not.toBeNull()
    expect(performance.now() - started).toBeLessThan(20_000)
  })
})

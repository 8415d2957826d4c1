import { describe, expect, it } from 'vitest'
import { readScript } from './script.ts'

async function functionsOf(text: string) {
  const script = await readScript(text)
  return [...(script?.functions.values() ?? [])]
}

describe('the functions of a script', () => {
  it('are texts with their places in the file', async () => {
    const text = 'pkgname=x\nbuild() {\n  make "$pkgname" # {\n}\npackage() { install -d "$pkgdir"; }\n'
    expect(await functionsOf(text)).toEqual([
      {
        name: 'build',
        text: 'build() {\n  make "$pkgname" # {\n}',
        body: '\n  make "$pkgname" # {\n',
        line: 2,
        bodyLine: 2,
        endLine: 4,
        assignments: [],
        isDoubtful: false,
      },
      {
        name: 'package',
        text: 'package() { install -d "$pkgdir"; }',
        body: ' install -d "$pkgdir"; ',
        line: 5,
        bodyLine: 5,
        endLine: 5,
        assignments: [],
        isDoubtful: false,
      },
    ])
  })

  it.each([
    ['function build {\n:\n}', 'build', '\n:\n'],
    ['build()\n{\n:\n}', 'build', '\n:\n'],
    ['build() ( cd x )', 'build', ' cd x '],
    ['package_a-b() {\n:\n}', 'package_a-b', '\n:\n'],
  ])('are read in the shape %j', async (text, name, body) => {
    expect(await functionsOf(`${text}\n`)).toMatchObject([{ name, body }])
  })

  it('count in letters, not in bytes', async () => {
    const [build] = await functionsOf(`# äöü 🐝\nbuild() {\n  echo 'ß🐝'\n}\n`)
    expect(build).toMatchObject({ body: "\n  echo 'ß🐝'\n", line: 2, endLine: 4 })
  })

  it('are, of several of one name, the one that bash would call', async () => {
    expect(await functionsOf('build() { :; }\nbuild() { make; }\n')).toMatchObject([{ body: ' make; ' }])
  })
})

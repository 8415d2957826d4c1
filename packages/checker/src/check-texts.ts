import { Buffer } from 'node:buffer'
import type { CatalogTree } from '@rbee/sources'
import { applyRules, inOrder } from './apply-rules.ts'
import type { CheckFinding } from './rule.ts'
import { TEXT_RULES } from './rules/index.ts'
import { readWorker } from './worker/read-worker.ts'

/**
 * Judges the texts of a worker by themselves, as a catalog's entry holds them: what its PKGBUILDs fetch and do, and characters that
 * deceive. What only the whole folder or other workers tell is not asked.
 *
 * @param texts by file name: `PKGBUILD`, `PKGBUILD.bin`, `README.md`, `CHANGELOG.md`.
 */
export async function checkTexts(texts: ReadonlyMap<string, string>): Promise<readonly CheckFinding[]> {
  const worker = await readWorker(treeOf(texts), '', { source: 'community', workers: [] })
  const place = { worker: null, inRepository: (file: string) => file }
  return inOrder(await applyRules(TEXT_RULES, { ...worker, others: [] }, place))
}

function treeOf(texts: ReadonlyMap<string, string>): CatalogTree {
  return {
    commit: null,
    scope: '',
    entries: new Map([...texts.keys()].map((path) => [path, 'file'])),
    unusable: [],
    async read(path, maxBytes) {
      const text = texts.get(path)
      if (text === undefined) return { ok: false, reason: 'absent' }
      return Buffer.byteLength(text) > maxBytes ? { ok: false, reason: 'too-large' } : { ok: true, text }
    },
    readBytes: async () => ({ ok: false, reason: 'absent' }),
    async close() {},
  }
}

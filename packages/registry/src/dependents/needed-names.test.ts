import { aCatalogEntry, aManifest, aReleaseInput, aReleaseRow, aWorkerRow } from '@rbee/testing'
import { expect, it } from 'vitest'
import { composeWorker } from '../documents/compose-worker.ts'
import type { WorkerRecord } from '../ports/database.ts'
import { neededNames } from './needed-names.ts'

function needs(system: string[], runtime: string[], srcinfo: string | null = null): string[] {
  const manifest = aManifest({ dependencies: { system, runtime } })
  const record: WorkerRecord = {
    worker: aWorkerRow(),
    names: [],
    recipe:
      srcinfo === null
        ? null
        : {
            worker: aWorkerRow().id,
            catalog: 'samples',
            entry: aCatalogEntry({ manifest, srcinfo }),
            hash: '',
            updatedAt: 0,
          },
    releases: srcinfo === null ? [aReleaseRow({ input: aReleaseInput({ manifest }) })] : [],
  }
  const composed = composeWorker(record)
  if (composed === null) throw new Error('the sample is not to be seen')
  return neededNames(record, composed).map(({ name, kind }) => `${name} ${kind}`)
}

it('of a manifest are names, with a version or not', () => {
  expect(
    needs(['ffmpeg'], ['tiny-llm', 'llm-worker-cuda>=0.2', 'b@1.0', 'c (for pictures)', 'd ^1']),
  ).toEqual(['ffmpeg run', 'tiny-llm run', 'llm-worker-cuda run', 'b run', 'c run', 'd run'])
})

it('are no sentences, libraries or kinds of hardware', () => {
  const texts = ['A model server', 'any gpu driver', 'libgomp.so.1', 'cuda', 'cpu', '../x', '', 'Tiny-LLM']
  expect(needs([], texts.filter(Boolean))).toEqual([])
})

it('of a PKGBUILD are its packages, by what they are for', () => {
  const srcinfo = [
    'pkgbase = echo-worker',
    '\tdepends = tiny-llm>=1.0',
    '\tdepends_x86_64 = other-worker',
    '\toptdepends = voice-maker: reads aloud',
    '\tmakedepends = rust',
    '\tcheckdepends = rust',
    '\tprovides = nothing-else',
    'pkgname = echo-worker',
  ].join('\n')
  expect(needs([], ['tiny-llm'], srcinfo)).toEqual([
    'tiny-llm run',
    'other-worker run',
    'voice-maker optional',
    'rust build',
  ])
})

it('are bounded', () => {
  const srcinfo = Array.from({ length: 5_000 }, (_, index) => `\tdepends = package-${index}`).join('\n')
  expect(needs([], [], srcinfo)).toHaveLength(300)
})

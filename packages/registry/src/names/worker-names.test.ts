import { RbeeError } from '@rbee/schema'
import { aManifest } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { checkNames } from './name-rules.ts'
import { hasOfficialForm, namesOf } from './worker-names.ts'

const features = (...names: [string, ...string[]]) => ({ features: names, default_feature: names[0] })
const addresses = (...args: Parameters<typeof namesOf>) =>
  namesOf(...args).map(({ name, variant }) => `${name}=${variant ?? '*'}`)

describe('namesOf', () => {
  it('gives a community worker its id and the ids of its variants', () => {
    const manifest = aManifest({ id: 'sd-worker', build: features('cpu', 'cuda') })
    expect(addresses(manifest, { source: 'community', layout: 'monorepo' })).toEqual([
      'sd-worker=*',
      'sd-worker-cpu=cpu',
      'sd-worker-cuda=cuda',
    ])
  })

  it('expands the variants of a worker that no catalog describes', () => {
    const manifest = aManifest({ id: 'sd-worker' })
    expect(addresses(manifest, { source: 'community', layout: null })).toEqual([
      'sd-worker=*',
      'sd-worker-cpu=cpu',
    ])
  })

  it('leaves the id of a folder as it is', () => {
    const manifest = aManifest({ id: 'llm-worker-rbee-cpu' })
    expect(addresses(manifest, { source: 'official', layout: 'folder' })).toEqual(['llm-worker-rbee-cpu=*'])
  })

  it('gives the official LLM worker the -rbee- forms and the words of its backends', () => {
    const manifest = aManifest({ id: 'llm-worker', build: features('cpu', 'cpu-avx512', 'cuda') })
    expect(addresses(manifest, { source: 'official', layout: 'monorepo' })).toEqual([
      'llm-worker=*',
      'llm-worker-cpu=cpu',
      'llm-worker-cpu-avx512=cpu-avx512',
      'llm-worker-cuda=cuda',
      'llm-worker-rbee=*',
      'llm-worker-rbee-cpu=cpu',
      'llm-worker-rbee-cpu-avx512=cpu-avx512',
      'llm-worker-rbee-cuda=cuda',
      'cpu=cpu',
      'cuda=cuda',
    ])
  })

  it('never gives backend words to a community worker of the same id', () => {
    const names = namesOf(aManifest({ id: 'llm-worker' }), { source: 'community', layout: 'monorepo' })
    expect(names.some(({ kind }) => kind === 'alias')).toBe(false)
  })

  it('asks for no more names than one query may hold', () => {
    const many = Array.from({ length: 32 }, (_, index) => `cpu-${index}`)
    const manifest = aManifest({ id: 'llm-worker', build: { features: many, default_feature: 'cpu-0' } })
    expect(namesOf(manifest, { source: 'official', layout: 'monorepo' }).length).toBeLessThanOrEqual(100)
  })
})

describe('checkNames', () => {
  const codeOf = (id: string, source: 'official' | 'community', variant = 'cpu') => {
    try {
      checkNames(namesOf(aManifest({ id, build: features(variant) }), { source, layout: 'monorepo' }), source)
      return null
    } catch (error) {
      return error instanceof RbeeError ? error.code : error
    }
  }

  it('keeps the -rbee forms for official workers', () => {
    expect(codeOf('llm-worker-rbee-cpu', 'community')).toBe('name_reserved')
    expect(codeOf('my-rbee', 'community')).toBe('name_reserved')
    expect(codeOf('my', 'community', 'cpu-rbee')).toBe('name_reserved')
    expect(codeOf('my-rbees', 'community')).toBeNull()
    expect(codeOf('llm-worker-rbee-cpu', 'official')).toBeNull()
  })

  it.each(['con', 'nul', 'aux', 'prn', 'com1', 'com9', 'lpt1', 'lpt0'])('refuses %s, a device', (id) => {
    expect(codeOf(id, 'community')).toBe('name_reserved')
    expect(codeOf(id, 'official')).toBe('name_reserved')
    expect(codeOf(`${id}-worker`, 'community')).toBeNull()
    expect(codeOf(`${id}0`, 'community')).toBeNull()
  })

  it('refuses ids of variants that no address can have', () => {
    expect(codeOf('a'.repeat(96), 'community')).toBeNull()
    expect(codeOf('a'.repeat(97), 'community')).toBe('invalid_id')
  })

  it('lets an official worker with a long id go without its -rbee form', () => {
    expect(codeOf('a'.repeat(96), 'official')).toBeNull()
  })
})

describe('hasOfficialForm', () => {
  it('sees the form, not the letters', () => {
    expect(['x-rbee', 'x-rbee-cpu'].every(hasOfficialForm)).toBe(true)
    expect(['rbee-x', 'xrbee', 'x-rbees', 'worker'].some(hasOfficialForm)).toBe(false)
  })
})

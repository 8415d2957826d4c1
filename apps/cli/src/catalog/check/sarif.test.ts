import { RULES } from '@rbee/checker'
import { expect, it } from 'vitest'
import { sarifLog } from './sarif.ts'

const FINDING = {
  severity: 'error',
  line: 3,
  reason: 'eval runs a text as a command',
  cure: 'write the command itself',
  worker: 'x',
} as const

it('writes a log whose results name their rules and places', () => {
  const findings = [
    { ...FINDING, rule: 'eval', file: 'workers/x/PKGBUILD' },
    { ...FINDING, rule: 'setuid', file: 'workers/ä b/PKGBUILD#1' },
  ]
  const log = sarifLog(findings, RULES, '1.2.3')
  const [run] = log.runs
  const rules = run?.tool.driver.rules?.map(({ id }) => id) ?? []
  expect(log.version).toBe('2.1.0')
  expect(run?.tool.driver.semanticVersion).toBe('1.2.3')
  expect(rules.toSorted()).toEqual(['eval', 'setuid'])
  expect(run?.results?.map(({ ruleIndex = -1 }) => rules[ruleIndex])).toEqual(['eval', 'setuid'])
  const places = run?.results?.map(({ locations }) => locations?.[0]?.physicalLocation)
  expect(places?.map((place) => place?.artifactLocation?.uri)).toEqual([
    'workers/x/PKGBUILD',
    'workers/%C3%A4%20b/PKGBUILD%231',
  ])
  expect(places?.every((place) => place?.region?.startLine === 3)).toBe(true)
})

it('writes a log without results where nothing was found', () => {
  expect(sarifLog([], RULES, '1.2.3').runs[0]?.results).toEqual([])
})

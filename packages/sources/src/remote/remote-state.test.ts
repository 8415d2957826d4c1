import { RbeeError } from '@rbee/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_BRANCH_LENGTH } from '../git/branches.ts'
import { branchesOf, commitNamed, parseListing } from './remote-state.ts'

const COMMIT = 'ab'.repeat(20)
const hash = fc.oneof(
  fc.constant(COMMIT),
  fc.stringMatching(/^[0-9a-f]{40}$/),
  fc.stringMatching(/^[0-9a-f]{64}$/),
)
const value = fc.oneof(
  hash,
  fc.stringMatching(/^[0-9a-fA-F]{39,41}$/),
  fc.constantFrom('ref: refs/heads/main', 'ref: refs/heads/--x', 'ref: /etc/passwd', 'ref: refs/heads/', ''),
  fc.string({ maxLength: 10 }),
)
const name = fc.oneof(
  fc.constantFrom(
    'HEAD',
    'refs/heads/main',
    'refs/heads/master',
    'refs/tags/v1',
    'refs/tags/v1^{}',
    'HEAD^{}',
  ),
  fc.constantFrom(
    'refs/heads/',
    'refs/tags/^{}',
    'refs/pull/1/head',
    'refs/heads/__proto__',
    'refs/heads/--x',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }).map((text) => `refs/heads/${text}`),
  fc.constant(`refs/heads/${'x'.repeat(MAX_BRANCH_LENGTH + 1)}`),
)
const line = fc.oneof(
  fc.tuple(value, name).map((parts) => parts.join('\t')),
  fc.string({ unit: 'binary' }),
)
const listing = fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n'))

const isHash = (text: string) => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)

describe('what a server says it holds', () => {
  it('is read as branches and tags with whole hashes, whatever it says', () => {
    fc.assert(
      fc.property(listing, (text) => {
        const state = parseListing(text)
        for (const [ref, object] of [...state.refs, ...state.peeled]) {
          expect(ref).toMatch(/^refs\/(?:heads|tags)\//)
          expect(isHash(object)).toBe(true)
        }
        expect(state.head.ref ?? 'refs/heads/').toMatch(/^refs\/heads\//)
        expect(isHash(state.head.commit ?? COMMIT)).toBe(true)
        for (const branch of branchesOf(state).keys()) {
          expect(branch.length).toBeLessThanOrEqual(MAX_BRANCH_LENGTH)
          expect(state.refs.has(`refs/heads/${branch}`)).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('leads every name to a whole hash or to a failure that says so', () => {
    const wanted = fc.oneof(
      fc.constantFrom(null, 'main', 'v1', 'refs/heads/main', COMMIT, '--x', '', '__proto__', 'HEAD'),
      fc.string(),
    )
    fc.assert(
      fc.property(listing, wanted, (text, ref) => {
        const state = parseListing(text)
        let commit: string
        try {
          commit = commitNamed(state, ref, 'it')
        } catch (error) {
          expect(error).toBeInstanceOf(RbeeError)
          expect(error).toMatchObject({ code: 'catalog_unreadable' })
          return
        }
        expect(isHash(commit)).toBe(true)
        const known = [...state.refs.values(), ...state.peeled.values(), state.head.commit, ref]
        expect(known).toContain(commit)
      }),
      { numRuns: 500 },
    )
  })

  it('is read again the same when it is written as git writes it', () => {
    const branch = fc.stringMatching(/^[a-z0-9-]{1,10}$/)
    fc.assert(
      fc.property(fc.dictionary(branch, fc.stringMatching(/^[0-9a-f]{40}$/)), (branches) => {
        const lines = Object.entries(branches).map(([short, commit]) => `${commit}\trefs/heads/${short}\n`)
        const state = parseListing(['ref: refs/heads/a\tHEAD\n', ...lines].join(''))
        expect(Object.fromEntries(branchesOf(state))).toEqual(branches)
        expect(state.head.ref).toBe('refs/heads/a')
      }),
    )
  })
})

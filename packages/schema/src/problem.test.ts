import { expect, it } from 'vitest'
import { problemOf, problemSchema } from './problem.ts'
import { RbeeError } from './rbee-error.ts'

it('makes problem details that old clients understand', () => {
  const failure = new RbeeError('no_artifact', 'there is nothing for windows-x86_64', {
    next: 'choose one of the platforms there are',
    details: { available: ['linux-x86_64'], code: 'forged' },
  })
  expect(problemSchema.parse(problemOf(failure))).toEqual({
    type: '/docs/errors#no_artifact',
    title: 'The release has no artifact for this platform and variant',
    status: 404,
    detail: 'there is nothing for windows-x86_64',
    code: 'no_artifact',
    error: 'there is nothing for windows-x86_64',
    next: 'choose one of the platforms there are',
    available: ['linux-x86_64'],
  })
})

import { describe, it } from 'vitest'
import { expectProblem, type Opened } from './subject.ts'

export function packageRepositories(subject: Opened): void {
  describe('repositories of package managers', () => {
    it.each([
      '/arch/x86_64/rbee.db',
      '/homebrew/tap.git/info/refs?service=git-upload-pack',
      `/homebrew/tap.git/objects/pack/pack-${'0'.repeat(40)}.idx`,
      '/sources/source-worker-1.0.0.git/info/refs?service=git-upload-pack',
    ])('are said not to be there where nothing makes them: %s', async (path) => {
      await expectProblem(await subject().fetch(path), 404, 'not_found')
    })
  })
}

import type { PackageFile } from '@rbee/package-files'
import { type Answer, documentAnswer, taggedAnswer } from '../../http/answer.ts'
import type { ChosenPkgbuild } from './chosen-pkgbuild.ts'

export function pkgbuildAnswer(chosen: ChosenPkgbuild): Answer | Promise<Answer> {
  switch (chosen.kind) {
    case 'own':
      return documentAnswer('pkgbuild', chosen.document)
    case 'generated':
      return fileAnswer(chosen.file)
  }
}

export function fileAnswer({ text, contentType }: PackageFile): Promise<Answer> {
  return taggedAnswer(text, contentType)
}

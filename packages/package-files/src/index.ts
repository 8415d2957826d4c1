export { optionalDependencies } from './arch/dependencies.ts'
export { packageVersion } from './arch/package.ts'
export {
  canGeneratePkgbuild,
  PACKAGE_FILE_FORMATS,
  type PackageFileFormatName,
  PKGBUILD_FORMATS,
  writePackageFile,
} from './driver.ts'
export { isLoopback } from './loopback.ts'
export { isUnavailable } from './materials.ts'
export { buildsFromSource, isOwnPkgbuildOf } from './own-pkgbuild.ts'
export type { PackageFile, PackageFileInput } from './package-file.ts'
export { type GitSource, requireGitSource } from './source.ts'

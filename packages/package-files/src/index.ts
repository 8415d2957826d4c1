export { PACKAGE_FILE_FORMATS, type PackageFileFormatName, writePackageFile } from './driver.ts'
export type { PackageFile, PackageFileInput } from './package-file.ts'

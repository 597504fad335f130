export function HomePage({ deleted }: { deleted: boolean }) {
  return <h1>{deleted ? 'Deleted' : 'Workflows'}</h1>
}

type Schema = Readonly<Record<string, unknown>>;

function typeText(
  schema: Schema,
  property: string,
  named: (property: string) => string | null
): string {
  const { anyOf, type } = schema;
  if (Array.isArray(schema['enum'])) return schema['enum'].map(literal).join(' | ');
  if ('const' in schema) return literal(schema['const']);
  if (Array.isArray(anyOf))
    return anyOf.map(part => typeText(asSchema(part), property, named)).join(' | ');
  switch (type) {
    case 'string':
      return named(property) ?? 'string';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'array':
      return listText(schema, property, named);
    case 'object':
      return `{ ${propertyTypes(schema, named).join('; ')} }`;
    default:
      return 'unknown';
  }
}

function listText(
  schema: Schema,
  property: string,
  named: (property: string) => string | null
): string {
  const { prefixItems, items } = schema;
  if (Array.isArray(prefixItems))
    return `[${prefixItems.map(part => typeText(asSchema(part), property, named)).join(', ')}]`;
  return `(${typeText(asSchema(items), property, named)})[]`;
}

/** The properties of an object schema as `name?: type`, required ones first. */
export function propertyTypes(
  schema: unknown,
  named: (property: string) => string | null
): string[] {
  const { properties, required } = asSchema(schema);
  const needed = new Set(Array.isArray(required) ? required.map(String) : []);
  return Object.entries(asSchema(properties))
    .sort(([a], [b]) => Number(needed.has(b)) - Number(needed.has(a)))
    .map(
      ([name, part]) =>
        `${name}${needed.has(name) ? '' : '?'}: ${typeText(asSchema(part), name, named)}`
    );
}

/** A value as a literal type. */
export function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value.replaceAll(/[\\']/g, '\\$&')}'` : String(value);
}

function asSchema(value: unknown): Schema {
  return typeof value === 'object' && value !== null ? (value as Schema) : {};
}

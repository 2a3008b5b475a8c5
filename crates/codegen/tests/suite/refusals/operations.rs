//! Operations and their parameters.

use super::{FIND, NAME_IT, check};

#[test]
fn operations() {
    check(
        "",
        &[
            ("      operationId: listShelves\n", "", "/paths/~1shelves/get", "an operation needs `operationId`"),
            (
                "      summary: Finds a book\n",
                "",
                "/paths/~1shelves~1{shelf}~1books~1{book}/get",
                "an operation needs `summary`",
            ),
            ("      description: In order of name.\n", "", "/paths/~1shelves/get", "an operation needs `description`"),
            ("      security: []\n", "", "/paths/~1shelves/get", "an operation needs `security`"),
            (
                "security: []",
                "security: [{}]",
                "/paths/~1shelves/get/security/0",
                "each alternative names one security scheme",
            ),
            (
                "security: []",
                "security: [{ other: [] }]",
                "/paths/~1shelves/get/security/0/other",
                "`other` refers to nothing",
            ),
            (
                "tags: [shelves]",
                "tags: [shelves, bookKeeping]",
                "/paths/~1shelves/get/tags",
                "an operation has one tag",
            ),
            (
                "tags: [bookKeeping]",
                "tags: [shelves]",
                "/paths/~1shelves~1{shelf}~1books~1{book}/put",
                "the operations of a path must have one tag: poem would emit the path twice",
            ),
            (
                "    get:\n      operationId: listShelves",
                "    parameters: []\n    get:\n      operationId: listShelves",
                "/paths/~1shelves/parameters",
                "write the parameters on each operation",
            ),
            (
                "      summary: Finds",
                "      deprecated: true\n      summary: Finds",
                "/paths/~1shelves~1{shelf}~1books~1{book}/get/deprecated",
                "this key is not known on an operation",
            ),
            (
                "operationId: placeBook",
                "operationId: find-book",
                "/paths/~1shelves~1{shelf}~1books~1{book}/put/operationId",
                "`find_book` in Rust is the name of /paths/~1shelves~1{shelf}~1books~1{book}/get/operationId too",
            ),
            (
                "operationId: placeBook",
                "operationId: 1st",
                "/paths/~1shelves~1{shelf}~1books~1{book}/put/operationId",
                "`1st` has no name in Rust",
            ),
            (
                "  /shelves:\n",
                "  /shelves.{kind}:\n",
                "/paths/~1shelves.{kind}",
                "a parameter is a whole segment in braces, and no segment has any other of {}:*<",
            ),
        ],
    );
}

#[test]
fn parameters() {
    check(
        FIND,
        &[
            (
                "        - $ref: \"#/components/parameters/book\"\n",
                "",
                "",
                "the path has the parameters shelf, book, in this order, not shelf",
            ),
            (
                "          in: query\n          required: false\n          description: Whether",
                "          in: cookie\n          required: false\n          description: Whether",
                "/parameters/3/in",
                "a parameter is in path, query or header",
            ),
            (
                "          required: true\n          description: The revision",
                "          description: The revision",
                "/parameters/7",
                "a parameter needs `required`",
            ),
            (
                "schema: { type: boolean, default: false }",
                "explode: false\n          schema: { type: boolean }",
                "/parameters/3/explode",
                "parameters are written in the default style: an absent `explode: false` one would panic",
            ),
            (
                "schema: { type: boolean, default: false }",
                "schema: { type: boolean, default: 1 }",
                "/parameters/3/schema/default",
                "this example does not fit its schema: 1 is not of type \"boolean\"",
            ),
            (
                "schema: { type: boolean, default: false }",
                "schema: { type: array, items: { type: string, maxLength: 3 } }",
                "/parameters/3/schema/type",
                "a parameter is given once: arrays are not generated",
            ),
            (
                "schema: { type: string, default: en }",
                "schema: { type: string, enum: [en] }",
                "/parameters/4/schema/enum",
                NAME_IT,
            ),
            (
                "schema: { type: integer, format: int32, default: -1 }",
                "schema: { type: integer, default: -1 }",
                "/parameters/5/schema",
                "an integer needs `format`",
            ),
            (
                "schema: { type: integer, format: int32, default: -1 }",
                "schema: { type: integer, format: int32, minimum: 1 }",
                "/parameters/5/schema/minimum",
                NAME_IT,
            ),
            (
                "schema: { $ref: \"#/components/schemas/Binding\" }",
                "schema: { $ref: \"#/components/schemas/Book\" }",
                "/parameters/0",
                "a parameter is a string, an integer, a boolean or an enum",
            ),
            ("- name: wait", "- name: body", "/parameters/6", "`body` in Rust is the name of the generated code too"),
            (
                "parameters/shelf\"",
                "parameters/none\"",
                "/parameters/1/$ref",
                "`#/components/parameters/none` refers to nothing",
            ),
            (
                "parameters/shelf\"",
                "schemas/ShelfName\"",
                "/parameters/1/$ref",
                "only a component of #/components/parameters can stand here",
            ),
            (
                "- $ref: \"#/components/parameters/shelf\"",
                "- { $ref: \"#/components/parameters/shelf\", description: Other. }",
                "/parameters/1/description",
                "OpenAPI 3.0 tools ignore what stands beside a `$ref`",
            ),
        ],
    );
    check(
        "/components/parameters",
        &[(
            "      in: path\n      required: true",
            "      in: path\n      required: false",
            "/shelf/required",
            "a parameter in the path is required",
        )],
    );
}

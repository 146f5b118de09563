"""Vectors and rotations in space. x points forward, y to the left, z up; angles are degrees."""

from __future__ import annotations

from math import acos, cos, hypot, radians, sin, sqrt

__all__ = [
    "IDENTITY",
    "Matrix",
    "Vector",
    "about_x",
    "about_y",
    "about_z",
    "added",
    "between",
    "column",
    "distance",
    "placed",
    "product",
    "turned",
]

Vector = tuple[float, float, float]
Matrix = tuple[Vector, Vector, Vector]
IDENTITY: Matrix = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def about_x(degrees: float) -> Matrix:
    """A turn about the axis that points forward."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return ((1.0, 0.0, 0.0), (0.0, c, -s), (0.0, s, c))


def about_y(degrees: float) -> Matrix:
    """A turn about the axis that points to the left: what stood up leans forward."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return ((c, 0.0, s), (0.0, 1.0, 0.0), (-s, 0.0, c))


def about_z(degrees: float) -> Matrix:
    """A turn about the axis that points up: what looked forward looks to the left."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return ((c, -s, 0.0), (s, c, 0.0), (0.0, 0.0, 1.0))


def product(a: Matrix, b: Matrix) -> Matrix:
    """Turn by b, then by a."""
    (b00, b01, b02), (b10, b11, b12), (b20, b21, b22) = b
    (p, q, r), (s, t, u), (v, w, x) = a
    return (
        (p * b00 + q * b10 + r * b20, p * b01 + q * b11 + r * b21, p * b02 + q * b12 + r * b22),
        (s * b00 + t * b10 + u * b20, s * b01 + t * b11 + u * b21, s * b02 + t * b12 + u * b22),
        (v * b00 + w * b10 + x * b20, v * b01 + w * b11 + x * b21, v * b02 + w * b12 + x * b22),
    )


def turned(matrix: Matrix, vector: Vector) -> Vector:
    """The vector after this turn."""
    x, y, z = vector
    (a, b, c), (d, e, f), (g, h, i) = matrix
    return (a * x + b * y + c * z, d * x + e * y + f * z, g * x + h * y + i * z)


def placed(origin: Vector, matrix: Matrix, offset: Vector) -> Vector:
    """The point at `offset` in a frame with this origin and turn."""
    x, y, z = offset
    (a, b, c), (d, e, f), (g, h, i) = matrix
    return (
        origin[0] + a * x + b * y + c * z,
        origin[1] + d * x + e * y + f * z,
        origin[2] + g * x + h * y + i * z,
    )


def added(a: Vector, b: Vector, share: float = 1.0) -> Vector:
    """a, moved by a share of b."""
    return (a[0] + share * b[0], a[1] + share * b[1], a[2] + share * b[2])


def distance(a: Vector, b: Vector) -> float:
    """How far apart two points are."""
    return hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])


def column(matrix: Matrix, index: int) -> Vector:
    """Where an axis of the frame points: 0 forward, 1 left, 2 up."""
    return (matrix[0][index], matrix[1][index], matrix[2][index])


def between(a: Matrix, b: Matrix, share: float) -> Matrix:
    """The turn that lies a share of the way from a to b, along the shortest arc."""
    p, q = _quaternion(a), _quaternion(b)
    dot = sum(m * n for m, n in zip(p, q, strict=True))
    if dot < 0:
        q, dot = (-q[0], -q[1], -q[2], -q[3]), -dot
    angle = acos(min(dot, 1.0))
    if angle < 1e-6:
        return b
    k, n = sin((1 - share) * angle) / sin(angle), sin(share * angle) / sin(angle)
    w, x, y, z = (k * i + n * j for i, j in zip(p, q, strict=True))
    return (
        (1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)),
        (2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)),
        (2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)),
    )


def _quaternion(m: Matrix) -> tuple[float, float, float, float]:
    trace = m[0][0] + m[1][1] + m[2][2]
    if trace > 0:
        s = 2 * sqrt(trace + 1)
        return (s / 4, (m[2][1] - m[1][2]) / s, (m[0][2] - m[2][0]) / s, (m[1][0] - m[0][1]) / s)
    i = max(range(3), key=lambda axis: m[axis][axis])
    j, k = (i + 1) % 3, (i + 2) % 3
    s = 2 * sqrt(max(1 + m[i][i] - m[j][j] - m[k][k], 1e-12))
    parts = [0.0, 0.0, 0.0]
    parts[i] = s / 4
    parts[j] = (m[j][i] + m[i][j]) / s
    parts[k] = (m[k][i] + m[i][k]) / s
    return ((m[k][j] - m[j][k]) / s, parts[0], parts[1], parts[2])

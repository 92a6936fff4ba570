/// Three significant digits.
func short(_ value: Double) -> String {
  guard value.isFinite, value != 0 else { return "\(value == 0 ? 0 : value)" }
  var (mantissa, exponent) = (abs(value), 0)
  while mantissa >= 10 {
    mantissa /= 10
    exponent += 1
  }
  while mantissa < 1 {
    mantissa *= 10
    exponent -= 1
  }
  let sign = value < 0 ? "−" : ""
  if (-3...4).contains(exponent) {
    var scale = 1.0
    for _ in 0..<max(0, 2 - exponent) { scale *= 10 }
    let rounded = (abs(value) * scale).rounded() / scale
    return sign + (rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)")
  }
  let digits = (mantissa * 100).rounded() / 100
  return sign + "\(digits)e\(exponent)"
}

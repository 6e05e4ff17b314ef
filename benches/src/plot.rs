//! The plots of the page, as SVG.

use core::ops::Range;

use plotters::coord::ranged1d::SegmentValue;
use plotters::prelude::*;

use crate::figures::Figure;

const WIDTH: u32 = 900;
/// Height of one line, and of what stands around them.
const LINE: u32 = 22;
const AROUND: u32 = 70;
/// Room for the names of the cases.
const NAMES: u32 = 400;

const WITHIN: RGBColor = RGBColor(64, 128, 96);
const MISSED: RGBColor = RGBColor(192, 64, 48);
const COLOURS: [RGBColor; 6] = [
    RGBColor(64, 128, 96),
    RGBColor(72, 112, 176),
    RGBColor(208, 144, 48),
    RGBColor(144, 96, 160),
    RGBColor(120, 120, 120),
    RGBColor(176, 176, 176),
];

type Failed = DrawingAreaErrorKind<<SVGBackend<'static> as DrawingBackend>::ErrorType>;

/// A horizontal bar: name, length, colour.
type Bar<'f> = (&'f str, f64, RGBColor);

/// The figures that have a bar, each as a share of it.
///
/// # Errors
///
/// There is nothing to draw, or it is out of what can be drawn.
pub fn against_bars(figures: &[Figure]) -> Result<String, Failed> {
    let bars: Vec<Bar<'_>> = figures
        .iter()
        .filter_map(|figure| {
            let colour = if figure.is_missed() { MISSED } else { WITHIN };
            // A bar of nothing is met by nothing.
            let share = match figure.bar? {
                0.0 => 1.0 + figure.figure,
                bar => figure.figure / bar,
            };
            Some((&*figure.name, share, colour))
        })
        .collect();
    draw(&bars, "share of the bar")
}

/// Figures that a peer has too: names of the form `case: who / other`, each group of one case together.
///
/// # Errors
///
/// As for [`against_bars`].
pub fn with_peers(figures: &[Figure]) -> Result<String, Failed> {
    let mut whose: Vec<&str> = Vec::new();
    let mut bars: Vec<Bar<'_>> = Vec::new();
    for figure in figures {
        let Some((case, rest)) = figure.name.split_once(": ") else { continue };
        let has_peer = figures.iter().any(|other| {
            other.bar.is_none() && other.name.strip_prefix(case).is_some_and(|rest| rest.starts_with(": "))
        });
        if !has_peer {
            continue;
        }
        let who = rest.split(" / ").next().unwrap_or(rest);
        let at = whose.iter().position(|known| *known == who).unwrap_or_else(|| {
            whose.push(who);
            whose.len() - 1
        });
        bars.push((&*figure.name, figure.figure, COLOURS[at % COLOURS.len()]));
    }
    draw(&bars, "share of the other")
}

fn draw(bars: &[Bar<'_>], axis: &str) -> Result<String, Failed> {
    let mut text = String::new();
    {
        let height = AROUND + LINE * bars.len() as u32;
        let area = SVGBackend::with_string(&mut text, (WIDTH, height)).into_drawing_area();
        area.fill(&WHITE)?;
        let range = range(bars);
        let lines = (0..bars.len()).into_segmented();
        let mut chart = ChartBuilder::on(&area)
            .margin(10)
            .x_label_area_size(40)
            .y_label_area_size(NAMES)
            .build_cartesian_2d(range.clone().log_scale(), lines)?;
        let line_of = |at: usize| bars.len() - 1 - at;
        let name = |segment: &SegmentValue<usize>| match segment {
            SegmentValue::CenterOf(at) if *at < bars.len() => bars[line_of(*at)].0.to_string(),
            _ => String::new(),
        };
        chart
            .configure_mesh()
            .disable_y_mesh()
            .y_labels(bars.len())
            .y_label_formatter(&name)
            .x_label_formatter(&|value: &f64| format!("{value}"))
            .x_desc(axis)
            .draw()?;
        chart.draw_series(bars.iter().enumerate().map(|(at, &(_, length, colour))| {
            let (low, high) = (SegmentValue::Exact(line_of(at)), SegmentValue::Exact(line_of(at) + 1));
            let end = length.clamp(range.start, range.end);
            let mut bar = Rectangle::new([(range.start, low), (end, high)], colour.filled());
            bar.set_margin(3, 3, 0, 0);
            bar
        }))?;
        let one = [(1.0, SegmentValue::Exact(0)), (1.0, SegmentValue::Exact(bars.len()))];
        chart.draw_series([PathElement::new(one, BLACK.stroke_width(2))])?;
        area.present()?;
    }
    Ok(text)
}

/// Powers of ten that all bars end between.
fn range(bars: &[Bar<'_>]) -> Range<f64> {
    let lengths = || bars.iter().map(|bar| bar.1).filter(|length| *length > 0.0);
    let least = lengths().fold(0.5, f64::min);
    let most = lengths().fold(2.0, f64::max);
    10_f64.powf(least.log10().floor())..10_f64.powf(most.log10().ceil())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(name: &str, figure: f64, bar: Option<f64>) -> Figure {
        Figure { name: name.into(), times: None, figure, unit: String::new(), bar }
    }

    #[test]
    fn plots_name_each_case_once() {
        let figures = [
            figure("read Get: ours / prost", 0.2, Some(0.3)),
            figure("read Get: peer / prost", 0.6, None),
            figure("write Get / copy", 4.0, Some(3.0)),
        ];
        let bars = against_bars(&figures).unwrap();
        let peers = with_peers(&figures).unwrap();
        for (name, in_bars, in_peers) in
            [("read Get: ours / prost", 1, 1), ("read Get: peer / prost", 0, 1), ("write Get / copy", 1, 0)]
        {
            assert_eq!(bars.matches(name).count(), in_bars, "{name}");
            assert_eq!(peers.matches(name).count(), in_peers, "{name}");
        }
        assert_eq!(bars.matches("#C04030").count(), 1, "what is missed is red");
    }
}

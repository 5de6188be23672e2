//! Drawing on an SVG in pixels: bars, lines and labels, in colours that the page's style sheet maps to its theme.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::error::{Place, Result};
use crate::report::words::line;

/// The width of every chart; it scales with the page, and its texts stay readable on a phone.
pub const WIDTH: i32 = 560;

/// The colour of texts. The style sheet knows these colours by their codes and gives each theme its own.
pub const INK: RGBColor = RGBColor(0x11, 0x11, 0x11);
/// The colour of lesser texts.
pub const MUTED: RGBColor = RGBColor(0x77, 0x77, 0x77);
/// The colour of grids and of what bars are filled up to.
pub const GRID: RGBColor = RGBColor(0xdd, 0xdd, 0xdd);
/// The colour of failures.
pub const BAD: RGBColor = RGBColor(0xc5, 0x30, 0x30);
/// The colour of what is counted.
pub const GOOD: RGBColor = RGBColor(0x2b, 0x6c, 0xb0);

/// Where a label is held.
#[derive(Debug, Clone, Copy)]
pub enum Hold {
    /// At its left end.
    Left,
    /// In its middle.
    Middle,
    /// At its right end.
    Right,
}

/// Draws what `picture` draws, `height` pixels high, and gives the SVG.
pub fn draw(height: i32, picture: impl FnOnce(&Canvas<'_, '_>) -> Result<()>) -> Result<String> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (WIDTH.cast_unsigned(), height.cast_unsigned())).into_drawing_area();
        picture(&Canvas { area: &area })?;
        area.present().place(place)?;
    }
    Ok(svg)
}

fn place() -> String {
    "cannot draw a chart".to_owned()
}

/// An SVG that is being drawn.
pub struct Canvas<'a, 'b> {
    area: &'a DrawingArea<SVGBackend<'b>, Shift>,
}

impl Canvas<'_, '_> {
    /// A filled box.
    pub fn fill(&self, from: (i32, i32), to: (i32, i32), color: RGBColor) -> Result<()> {
        self.area.draw(&Rectangle::new([from, to], color.filled())).place(place)
    }

    /// A line through points.
    pub fn line(&self, points: Vec<(i32, i32)>, color: RGBColor, width: u32) -> Result<()> {
        self.area.draw(&PathElement::new(points, color.stroke_width(width))).place(place)
    }

    /// A dot.
    pub fn dot(&self, at: (i32, i32), color: RGBColor) -> Result<()> {
        self.area.draw(&Circle::new(at, 3, color.filled())).place(place)
    }

    /// A label whose middle line is at `at`.
    pub fn label(&self, text: &str, at: (i32, i32), hold: Hold, color: RGBColor) -> Result<()> {
        let side = match hold {
            Hold::Left => HPos::Left,
            Hold::Middle => HPos::Center,
            Hold::Right => HPos::Right,
        };
        let style = TextStyle::from(("sans-serif", 15).into_font()).color(&color).pos(Pos::new(side, VPos::Center));
        self.area.draw(&Text::new(line(text), at, style)).place(place)
    }
}
